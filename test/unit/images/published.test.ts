// What npm says of a package, read; and the registry asked by the real npm where nobody answers.

import { expect, it } from 'vitest';
import { isAiError } from '../../../src/base/errors.ts';
import { askPublished, readPublished } from '../../../src/images/published.ts';
import { startRegistry } from '../../support/fake-registry.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

it.each([
  ['several', '{"dist-tags":{"latest":"2.0.0"},"versions":["1.0.0","2.0.0"]}', ['1.0.0', '2.0.0']],
  [
    'one, which npm gives as no list',
    '{"dist-tags":{"latest":"2.0.0"},"versions":"2.0.0"}',
    ['2.0.0'],
  ],
  [
    'what is no version',
    '{"dist-tags":{"latest":"2.0.0"},"versions":["--x","2.0.0",7]}',
    ['2.0.0'],
  ],
])('reads %s', (_, text, versions) => {
  expect(readPublished(text)).toEqual({ newest: '2.0.0', versions });
});

it.each(['', 'x', '[]', '{}', '{"dist-tags":{"latest":"../x"}}', '{"error":{"code":"E404"}}'])(
  'takes %j for no answer',
  (text) => {
    expect(readPublished(text)).toBeUndefined();
  },
);

const asking = (url: string, environment: object = process.env): Promise<unknown> =>
  askPublished('thing', {
    environment: {
      ...environment,
      ...{ NPM_CONFIG_REGISTRY: url, NPM_CONFIG_CACHE: temporaryDirectory() },
    },
    cwd: temporaryDirectory(),
  });

it('asks the registry that the user’s npm is set to', async () => {
  const thing = (version: string) => ({ name: 'thing', version, command: 'thing', script: '' });
  const registry = await startRegistry([thing('1.0.0'), thing('1.1.0')]);
  expect(await asking(registry.url)).toEqual({ newest: '1.1.0', versions: ['1.0.0', '1.1.0'] });
  registry.close();
});

it.each([
  ['nobody answers', process.env, 'ECONNREFUSED'],
  ['there is no npm', { PATH: '/nowhere' }, 'there is no npm on your PATH'],
])('says so where %s', async (_, environment, cause) => {
  await expect(asking('http://127.0.0.1:9/', environment)).rejects.toSatisfy(
    (error) => isAiError(error, 'AI_REGISTRY_UNREACHABLE') && error.facts.cause.includes(cause),
  );
});
