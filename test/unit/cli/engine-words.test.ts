// What a user is told to do about an engine: a step that fits what is wrong and who has named it.

import { expect, it } from 'vitest';
import { AiError, type TlsTrouble } from '../../../src/base/errors.ts';
import { wordsOf } from '../../../src/cli/words.ts';

it.each<[TlsTrouble, string]>([
  [{ kind: 'unused' }, 'export DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=DIRECTORY'],
  [{ kind: 'unspoken' }, 'unset DOCKER_TLS_VERIFY DOCKER_TLS'],
  [
    { kind: 'certificates', directory: '/c d', missing: ['ca.pem', 'key.pem'] },
    "put ca.pem, key.pem into '/c d', or name the directory",
  ],
  [{ kind: 'certificates', directory: '/c', missing: [] }, 'ls -l /c '],
])('TLS: %j', (tls, step) => {
  const facts = { endpoint: 'tcp://far:2376', cause: 'x', origin: 'DOCKER_HOST', tls };
  expect(wordsOf(new AiError('AI_ENGINE_UNREACHABLE', facts)).next).toContain(step);
});

it.each([
  [undefined, /^docker context ls {2}lists those that there are$/],
  ['DOCKER_CONTEXT', /unset DOCKER_CONTEXT$/],
  ['context far', /docker context use default$/],
  ['--context', /leave out --context$/],
])('a context, named by %s', (origin, step) => {
  const facts = { context: 'far', cause: 'x', origin };
  expect(wordsOf(new AiError('AI_ENGINE_CONTEXT', facts)).next).toMatch(step);
});

it.each([
  ['journalctl --user -u docker -n 50', /^journalctl --user -u docker -n 50 {2}\(/],
  [undefined, /^docker info \(or podman info\)/],
])('a refusal, with the log %s', (log, step) => {
  const facts = { doing: 'do it', status: 500, message: 'x', log };
  expect(wordsOf(new AiError('AI_ENGINE_REFUSED', facts)).next).toMatch(step);
});
