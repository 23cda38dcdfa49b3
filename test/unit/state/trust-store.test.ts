// What the user has said about project settings: remembered by content, for nobody else to change, and never half believed.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  forgetTrust,
  readTrust,
  rememberTrust,
  trustFile,
} from '../../../src/state/trust-store.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
beforeEach(() => {
  state = path.join(temporaryDirectory(), '.docker-ai-config');
});

const shop = { id: 'shop-1', root: '/code/shop' };
const blog = { id: 'blog-2', root: '/code/blog' };
const yes = (hash: string, file = '.airc'): { file: string; hash: string; trusted: boolean } => ({
  file,
  hash,
  trusted: true,
});
const no = (hash: string): ReturnType<typeof yes> => ({ ...yes(hash), trusted: false });

it('begins with nothing, and makes nothing to say so', () => {
  expect(readTrust(state)).toEqual({ projects: [] });
  expect(statSync(state, { throwIfNoEntry: false })).toBeUndefined();
});

it('keeps each answer, the last about a content', async () => {
  await rememberTrust(state, shop, [yes('a'), no('b')]);
  await rememberTrust(state, blog, [yes('a')]);
  await rememberTrust(state, { ...shop, root: '/moved/shop' }, [no('a'), yes('a', 'other')]);
  expect(readTrust(state)).toEqual({
    projects: [
      { ...blog, records: [yes('a')] },
      { id: shop.id, root: '/moved/shop', records: [no('b'), no('a'), yes('a', 'other')] },
    ],
  });
});

it('is for nobody else to read or write', async () => {
  await rememberTrust(state, shop, [yes('a')]);
  expect(statSync(trustFile(state)).mode & 0o777).toBe(0o600);
});

it('forgets a project, and no other', async () => {
  await rememberTrust(state, shop, [yes('a'), no('b')]);
  await rememberTrust(state, blog, [yes('a')]);
  expect(await forgetTrust(state, shop.id)).toBe(true);
  expect(await forgetTrust(state, shop.id)).toBe(false);
  expect(readTrust(state).projects.map(({ id }) => id)).toEqual([blog.id]);
});

it('loses no answer of several that are given at once', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `p${at}`);
  await Promise.all(names.map((id) => rememberTrust(state, { id, root: '/' }, [yes('a')])));
  const known = readTrust(state).projects.map(({ id }) => id);
  expect(known.sort()).toEqual(names.sort());
});

it('remembers the newest contents of a project that has had very many', async () => {
  const many = Array.from({ length: 250 }, (_, at) => yes(String(at)));
  await rememberTrust(state, shop, many);
  const records = readTrust(state).projects[0]?.records ?? [];
  expect(records.map(({ hash }) => Number(hash))).toEqual(
    Array.from({ length: 200 }, (_, at) => at + 50),
  );
});

describe('a file that is not as it was written', () => {
  const record = JSON.stringify(yes('a'));
  const whole = (records: string, version = '1'): string =>
    `{ "version": ${version}, "projects": [{ "id": "shop-1", "root": "/", "records": ${records} }] }`;

  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a list', '[]'],
    ['of another version', whole(`[${record}]`, '2')],
    ['without records', whole('null')],
    ['with half a record', whole(`[${record}, { "file": ".airc", "hash": "b" }]`)],
    ['with a yes that is a text', whole('[{ "file": ".airc", "hash": "a", "trusted": "false" }]')],
    ['with what is inherited', '{ "__proto__": { "version": 1, "projects": [] } }'],
  ])('trusts nothing, and says so: %s', (_what, text) => {
    mkdirSync(state);
    writeFileSync(trustFile(state), text);
    expect(readTrust(state)).toEqual({ projects: [], trouble: expect.any(String) as string });
  });

  it('as it is written does', () => {
    mkdirSync(state);
    writeFileSync(trustFile(state), whole(`[${record}]`));
    expect(readTrust(state).projects[0]?.records).toEqual([yes('a')]);
  });

  it('is no regular one', () => {
    mkdirSync(trustFile(state), { recursive: true });
    expect(readTrust(state)).toMatchObject({ projects: [], trouble: expect.any(String) as string });
  });

  it('is put aside where the next answer takes its place', async () => {
    mkdirSync(state);
    writeFileSync(trustFile(state), '{ mine');
    await rememberTrust(state, shop, [yes('a')]);
    expect(readTrust(state)).toEqual({ projects: [{ ...shop, records: [yes('a')] }] });
    const aside = readdirSync(state).filter((name) => name.startsWith('trust.json.corrupt-'));
    expect(aside.map((name) => readFileSync(path.join(state, name), 'utf8'))).toEqual(['{ mine']);
  });
});
