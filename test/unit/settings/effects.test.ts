// What a project's settings would do, as the sentences that the user agrees to.

import { describe, expect, it } from 'vitest';
import { effectsOf } from '../../../src/settings/effects.ts';
import { settingKeys } from '../../../src/settings/schema.ts';

const effects = (key: string, data: unknown): readonly string[] =>
  effectsOf([{ key, value: { kind: 'data', data }, place: '.airc:1:1' }]);

describe('the effect of', () => {
  it.each<[string, unknown, string]>([
    ['mounts', ['/etc:/x:ro'], 'mount /etc at /x, read-only'],
    ['mounts', ['/a b:/x'], "mount '/a b' at /x, writable"],
    ['publish', ['8080:80'], 'open port 8080 of this machine, on 127.0.0.1, to port 80 of the run'],
    [
      'publish',
      ['0.0.0.0:22:22'],
      'open port 22 of this machine, on 0.0.0.0, to port 22 of the run',
    ],
    ['publish', ['80'], 'open port 80 of this machine, on 127.0.0.1, to port 80 of the run'],
    ['env', { A: null }, 'read A from your environment or secrets, and give it to the run'],
    ['env', { A: 'x y' }, "set A to 'x y' in the run"],
    [
      'env',
      { A: 'command:curl evil' },
      "run 'curl evil' on this machine, and give what it prints to the run as A",
    ],
    ['ssh', 'all', 'let your ssh keys log in to every host that they open'],
    ['root', true, 'run as root inside the container'],
  ])('%s: %j', (key, data, text) => {
    expect(effects(key, data)).toEqual([text]);
  });
});

it.each(settingKeys)('%s is said, whatever its value', (key) => {
  for (const data of [true, false, 'x', 7, [], {}, ['a'], { a: 'b' }, null])
    expect(effects(key, data)).not.toEqual([]);
});

it('nothing in a value can hide another line', () => {
  const [text = ''] = effects('mounts', ['/a\u001b[2K\r\n\u202eb:/x']);
  // eslint-disable-next-line no-control-regex -- that is what must not be there
  expect(text).not.toMatch(/[\u0000-\u001f\u202e]/);
});
