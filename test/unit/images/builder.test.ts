// Which builder an engine is asked for, and the Dockerfile that it gets.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { builderOf, dockerfileFor } from '../../../src/images/builder.ts';
import { cacheWord } from '../../../src/images/cache-word.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const template = readFileSync(new URL('../../../templates/Dockerfile', import.meta.url), 'utf8');
const engine = (answer: object): Docker =>
  ({ version: () => Promise.resolve(answer) }) as unknown as Docker;
const docker = (ApiVersion: string): object => ({
  ...{ ApiVersion, Os: 'linux', Components: [{ Name: 'Engine' }, { Name: 'containerd' }] },
});

describe('the builder', () => {
  it.each([
    ['Docker 20.10', docker('1.41'), {}, 'buildkit'],
    ['a newer one', docker('1.52'), {}, 'buildkit'],
    ['one of the next generation', docker('2.0'), {}, 'buildkit'],
    ['an older one, whose cache mounts need a frontend', docker('1.40'), {}, 'classic'],
    ['Podman', { ...docker('1.41'), Components: [{ Name: 'Podman Engine' }] }, {}, 'classic'],
    ['Windows', { ...docker('1.43'), Os: 'windows' }, {}, 'classic'],
    ['an engine that tells nothing', {}, {}, 'classic'],
    ['BuildKit turned off', docker('1.52'), { DOCKER_BUILDKIT: '0' }, 'classic'],
    [
      'BuildKit turned off in another word',
      docker('1.52'),
      { DOCKER_BUILDKIT: 'false' },
      'classic',
    ],
    ['BuildKit wanted', docker('1.52'), { DOCKER_BUILDKIT: '1' }, 'buildkit'],
  ])('for %s', async (_, answer, environment, builder) => {
    expect(await builderOf(engine(answer), environment)).toBe(builder);
  });

  it('is the classic one where the engine does not answer', async () => {
    const silent = { version: () => Promise.reject(new Error('no')) } as unknown as Docker;
    expect(await builderOf(silent, {})).toBe('classic');
  });
});

describe('the Dockerfile', () => {
  it('goes to the classic builder as it is', () => {
    expect(dockerfileFor('classic', template, 'word')).toBe(template);
    expect(template).not.toMatch(/^RUN --mount/m);
  });

  it('keeps what npm downloads where BuildKit can, and nothing that apt would believe', () => {
    const mounts = dockerfileFor('buildkit', template, 'word').match(
      /^RUN --mount=type=cache,\S+ : "[^"]+"/gm,
    );
    expect(mounts).toEqual([
      'RUN --mount=type=cache,id=ai-in-docker-npm-word,target=/var/cache/ai : "the assistant from npm"',
    ]);
    expect(dockerfileFor('buildkit', template, 'word')).not.toMatch(/# BuildKit:|ai\.build/);
    expect(dockerfileFor('buildkit', template, 'word')).not.toContain('ai-in-docker-apt');
    expect(template).toContain('ai.build=');
  });
});

it('has no cache at all for a fresh image', () => {
  const fresh = dockerfileFor('buildkit', template, undefined);
  expect(fresh).not.toContain('--mount');
  expect(fresh).toMatch(/^RUN : "the assistant from npm"/m);
});

it('names npm’s cache by a word that each state directory keeps for itself', () => {
  const [one, other] = [temporaryDirectory(), temporaryDirectory()];
  const word = cacheWord(one);
  expect(word).toMatch(/^[0-9a-f]{32}$/);
  expect(cacheWord(one)).toBe(word);
  expect(cacheWord(other)).not.toBe(word);
  expect(statSync(path.join(one, 'cache-word')).mode & 0o777).toBe(0o600);
  writeFileSync(path.join(one, 'cache-word'), 'x,target=/');
  expect(cacheWord(one)).toMatch(/^[0-9a-f]{32}$/);
});

it('a project’s packages of Debian are installed without regard to those of pip', () => {
  const url = new URL('../../../templates/project/packages.Dockerfile', import.meta.url);
  const [system = ''] = readFileSync(url, 'utf8').split(' AS fetch');
  expect(system.match(/^ARG .+/gm)).toEqual(['ARG PARENT', 'ARG APT', 'ARG WITH_PIP']);
  expect(system).not.toMatch(/\$\{?PIP\b/);
});
