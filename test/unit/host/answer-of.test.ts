// Programs that are asked something: what they print, and every way in which they do not answer.

import { expect, it } from 'vitest';
import { answerOf, type Answer } from '../../../src/host/answer-of.ts';

const ask = (script: string, limits = {}): Promise<Answer> =>
  answerOf('sh', ['-c', script], {
    ...{ cwd: '/', env: { PATH: process.env['PATH'] }, timeout: 60_000, maxBuffer: 1000 },
    ...limits,
  });

it('gives what was printed on stdout alone, and has nothing to read', async () => {
  expect(await ask('cat; echo é; echo no >&2')).toEqual({ text: 'é\n', code: 0 });
});

it('gives the code of a failure, and nothing of what was printed', async () => {
  expect(await ask('echo half; exit 3')).toEqual({ text: '', code: 3 });
});

it.each<[string, () => Promise<Answer>]>([
  ['is killed', () => ask('kill -9 $$')],
  ['takes too long', () => ask('echo half; exec sleep 1000', { timeout: 50 })],
  [
    'takes too long, and ends well when it is told to end',
    () => ask("trap 'exit 0' TERM; echo half; while :; do sleep 0.05; done", { timeout: 100 }),
  ],
  ['says too much', () => ask('yes')],
  ['says a little too much, and ends well', () => ask('printf %01001d 0')],
  [
    'is not there',
    () => answerOf('/nonesuch', [], { cwd: '/', env: {}, timeout: 1000, maxBuffer: 10 }),
  ],
  ['is given more than the system takes', () => ask(`: ${'x'.repeat(3_000_000)}`)],
])('gives no code where the program %s', async (_what, answer) => {
  expect(await answer()).toEqual({ text: '', code: undefined });
});

it('does not wait for whoever else has its output open', { timeout: 4000 }, async () => {
  expect(await ask('sleep 6 & sleep 6', { timeout: 50 })).toEqual({ text: '', code: undefined });
});
