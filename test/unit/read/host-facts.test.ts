// What is read of the host: only what a run needs.

import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import { homeOf, stateDirectoryOf } from '../../../src/read/home.ts';
import { readHost } from '../../../src/read/host-facts.ts';
import { ownerOf, readState } from '../../../src/read/state-facts.ts';
import { defaultSettings } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

describe('the host', () => {
  const read = (environment: Record<string, string>, settings = {}): ReturnType<typeof readHost> =>
    readHost(environment, { ...defaultSettings, ...settings });

  it('is this machine and this user', () => {
    expect(read({ HOME: '/h' })).toMatchObject({
      ...{ uid: os.userInfo().uid, userName: os.userInfo().username },
      home: '/h',
      groups: process.getgroups!(),
    });
    expect(read({}).machineId).toMatch(/^\S+$/);
    expect(homeOf({ HOME: '' })).toBe(os.userInfo().homedir);
  });

  it('gives no variables but those that a run needs', () => {
    const environment = {
      TERM: 'foot',
      http_proxy: 'p',
      ANTHROPIC_API_KEY: 'k',
      AWS_SECRET_ACCESS_KEY: 's',
      MINE: 'm',
      COLORTERM: '',
    };
    expect(read(environment, { env: { MINE: null } }).environment).toEqual({
      TERM: 'foot',
      http_proxy: 'p',
      ANTHROPIC_API_KEY: 'k',
      MINE: 'm',
    });
  });

  it('has the time zone that TZ says', () => {
    expect(read({ TZ: 'Asia/Tokyo' }).timeZone).toBe('Asia/Tokyo');
  });

  it('has certificates where they are there, each once', () => {
    const directory = temporaryDirectory();
    const [a, b] = [path.join(directory, 'a.pem'), path.join(directory, 'b.pem')];
    for (const file of [a, b]) writeFileSync(file, '');
    const environment = { NODE_EXTRA_CA_CERTS: a };
    expect(read(environment, { caCertificates: [b, a] }).caFiles).toEqual([a, b]);
    expect(read({}).caFiles).toEqual([]);
    const home = { HOME: directory };
    expect(read(home, { caCertificates: ['~/a.pem'] }).caFiles).toEqual([a]);
    expect(read({}, { caCertificates: [path.relative('', b)] }).caFiles).toEqual([b]);
  });

  it.each(['/missing.pem', '/etc', '/dev/null'])(
    'has no certificates in %s: of node that is ignored, of the setting it is an error',
    (file) => {
      expect(read({ NODE_EXTRA_CA_CERTS: file }).caFiles).toEqual([]);
      let facts: unknown;
      try {
        read({}, { caCertificates: [file] });
      } catch (error) {
        if (error instanceof AiError && error.code === 'AI_FILE_UNREADABLE') facts = error.facts;
      }
      expect(facts).toEqual({ path: file, cause: expect.stringMatching(/\S/) as string });
    },
  );

  describe('whose user has no entry in passwd', () => {
    afterEach(() => {
      vi.restoreAllMocks();
    });
    it.each([
      [{ USER: 'u', LOGNAME: 'l' }, 'u'],
      [{ LOGNAME: 'l' }, 'l'],
      [{}, 'ai'],
    ])('with %j is called %s', (environment, userName) => {
      vi.spyOn(os, 'userInfo').mockImplementation(() => {
        throw new Error('uv_os_get_passwd returned ENOENT');
      });
      expect(read(environment)).toMatchObject({
        ...{ userName, home: '/', uid: process.getuid!(), gid: process.getgid!() },
      });
      expect(homeOf({ HOME: '/h' })).toBe('/h');
    });
  });
});

describe('the state', () => {
  it.each([
    [{}, '/h/.docker-ai-config'],
    [{ DOCKER_AI_CONFIG_HOME: '' }, '/h/.docker-ai-config'],
    [{ DOCKER_AI_CONFIG_HOME: '/s/' }, '/s'],
    [{ DOCKER_AI_CONFIG_HOME: 'rel' }, path.resolve('rel')],
  ])('with %j is in %s', (environment, directory) => {
    expect(stateDirectoryOf(environment, '/h')).toBe(directory);
  });

  it('has an owner of its own for each machine, user and directory', () => {
    const of = (machineId: string, uid: number, directory: string): string =>
      ownerOf({ machineId, uid }, directory);
    const owners = [of('m', 1, '/s'), of('n', 1, '/s'), of('m', 2, '/s'), of('m', 1, '/t')];
    expect(new Set(owners).size).toBe(4);
    expect(of('m', 1, '/s')).toBe(owners[0]);
    expect(owners[0]).toMatch(/^[0-9a-f]{16}$/);
  });

  it('has a new run each time', () => {
    const ids = Array.from(
      { length: 100 },
      () => readState('/s', { machineId: 'm', uid: 1 }, 'default').runId,
    );
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((id) => /^[0-9a-f]{8}$/.test(id))).toBe(true);
  });

  it('is not made by looking', () => {
    const directory = temporaryDirectory();
    mkdirSync(path.join(directory, 'home'));
    expect(
      readState(path.join(directory, 'state'), { machineId: 'm', uid: 1 }, 'default').directory,
    ).toBe(path.join(directory, 'state'));
  });
});
