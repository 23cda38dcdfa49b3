// What is said where an engine is out of reach: the next step has to be one that works from there.

import { describe, expect, it } from 'vitest';
import { AiError, type ErrorCode, type ErrorFacts } from '../../../src/base/errors.ts';
import { withoutIt } from '../../../src/cli/setup-words.ts';
import { wordsOf } from '../../../src/cli/words.ts';

const next = <C extends ErrorCode>(code: C, facts: ErrorFacts[C]): string =>
  wordsOf(new AiError(code, facts)).next;

it.each([
  ['--host', 'leave out --host'],
  ['setting host (AI_HOST)', 'unset AI_HOST'],
  [
    'setting context (/home/a b/.docker-ai-config/config.yaml:3)',
    'take context out of /home/a b/.docker-ai-config/config.yaml:3',
  ],
  ['DOCKER_HOST', 'unset DOCKER_HOST'],
  ['DOCKER_CONTEXT', 'unset DOCKER_CONTEXT'],
  ['context far', 'docker context use default'],
])('without %s: %s', (origin, expected) => {
  expect(withoutIt(origin)).toBe(expected);
});

describe('an engine that is out of reach', () => {
  const dead = { endpoint: 'tcp://a:1', cause: 'nothing listens there' };

  it('is set up where nobody has named it', () => {
    expect(next('AI_ENGINE_UNREACHABLE', dead)).toMatch(/^ai setup {2}starts one/);
  });

  it.each(['--host', 'setting host (AI_HOST)', 'DOCKER_HOST', 'context far'])(
    'that %s names is not, because ai setup would refuse',
    (origin) => {
      const error = new AiError('AI_ENGINE_UNREACHABLE', { ...dead, origin });
      expect(wordsOf(error).what).toContain(`named by ${origin}`);
      expect(wordsOf(error).next).not.toContain('ai setup');
      expect(wordsOf(error).next).toContain(withoutIt(origin));
      const { what, next: after } = wordsOf(
        new AiError('AI_SETUP_NAMED', { origin, name: 'x', forbidden: false }),
      );
      expect(what.startsWith(`${origin} says which engine`)).toBe(true);
      expect(after).toBe(`start it, or ${withoutIt(origin)}`);
    },
  );
});

describe('an engine that is for others', () => {
  it.each<[facts: ErrorFacts['AI_ENGINE_PERMISSION'], expected: RegExp]>([
    [{ socket: '/var/run/docker.sock' }, /^ai setup /],
    [
      { socket: '/var/run/docker.sock', origin: 'DOCKER_HOST' },
      /^ls -l \/var\/run\/docker\.sock .*, or unset DOCKER_HOST$/,
    ],
    [{ socket: '/root/my x', origin: '--host' }, /^ls -l '\/root\/my x' .*, or leave out --host$/],
    [{ socket: '/run/podman/podman.sock' }, /^systemctl --user enable --now podman\.socket/],
  ])('%j: %s', (facts, expected) => {
    expect(next('AI_ENGINE_PERMISSION', facts)).toMatch(expected);
  });
});
