import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  changeNewest,
  isDue,
  readNewest,
  withFound,
  withRefused,
  withTold,
  worthTelling,
  type Newest,
} from '../../../src/images/newest.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const day = 24 * 3600 * 1000;
const now = 1000 * day;
const none: Newest = { asked: 0, failed: false, packages: {} };
const found = withFound(none, 'claude', '2.0.0');
const telling = (newest: Newest, here = '1.0.0', at = now): string | undefined =>
  worthTelling(newest, { name: 'claude', here, now: at });

describe('the daily look', () => {
  it.each([
    ['never before', {}, true],
    ['a day ago', { asked: now - day }, true],
    ['less than that ago', { asked: now - day + 1 }, false],
    ['an hour ago, in vain', { asked: now - day / 24, failed: true }, true],
    ['a minute ago, in vain', { asked: now - 60_000, failed: true }, false],
    ['at a time that has not come yet', { asked: now + day }, true],
  ])('that was %s is due: %j %s', (_, more, due) => {
    expect(isDue({ ...none, ...more }, now)).toBe(due);
  });

  it('counts as never done with a file that nobody can read', () => {
    const directory = temporaryDirectory();
    for (const text of [
      '',
      'x',
      '{"asked":"y","packages":[1]}',
      '{"packages":{"claude":{"version":"--x"}}}',
    ]) {
      writeFileSync(path.join(directory, 'newest.json'), text);
      expect(readNewest(directory)).toEqual(none);
    }
  });
});

describe('a newer version', () => {
  it('is told once a day', () => {
    expect(telling(none)).toBeUndefined();
    expect(telling(found)).toBe('2.0.0');
    expect(telling(found, '2.0.0')).toBeUndefined();
    expect(telling(found, '3.0.0')).toBeUndefined();
    const told = withTold(found, 'claude', now);
    expect(telling(told, '1.0.0', now + day - 1)).toBeUndefined();
    expect(telling(told, '1.0.0', now + day)).toBe('2.0.0');
    expect(telling(withFound(told, 'claude', '2.0.0'))).toBeUndefined();
    expect(telling(withFound(told, 'claude', '2.0.1'))).toBe('2.0.1');
  });

  it('that does not work here is not told, the one after it is', () => {
    const refused = withRefused(found, { name: 'claude', version: '2.0.0', now });
    expect(telling(refused)).toBeUndefined();
    expect(telling(refused, '1.0.0', now + day - 1)).toBeUndefined();
    // The machine may have been too busy, that day.
    expect(telling(refused, '1.0.0', now + day)).toBe('2.0.0');
    expect(telling(withFound(refused, 'claude', '2.0.0'))).toBeUndefined();
    expect(telling(withFound(refused, 'claude', '2.0.1'))).toBe('2.0.1');
  });

  it('is remembered', () => {
    const directory = path.join(temporaryDirectory(), 'images');
    const all = {
      ...withRefused(withTold(found, 'claude', now), { name: 'claude', version: '2.0.0', now }),
      asked: now,
    };
    changeNewest(directory, () => all);
    expect(readNewest(directory)).toEqual(all);
  });
});
