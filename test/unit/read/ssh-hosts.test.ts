// What the real ssh makes of remotes, in a home of the test's own.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SshTarget } from '../../../src/base/ssh-url.ts';
import type { ResolvedHost } from '../../../src/plan/ssh-facts.ts';
import { resolveSshHosts } from '../../../src/read/ssh-hosts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
const me = os.userInfo().username;
const at = (name: string): string => path.join(home, '.ssh', name);

const resolve = (
  config: string,
  targets: readonly SshTarget[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly ResolvedHost[]> => {
  writeFileSync(at('config'), config);
  return resolveSshHosts(targets, { home, environment });
};

beforeEach(() => {
  home = temporaryDirectory();
  mkdirSync(at(''));
});

const shown = (hosts: readonly ResolvedHost[]): string[] =>
  hosts.map(
    ({ alias, user, host, port, jumpFor }) =>
      `${alias} = ${user}@${host}:${port}${jumpFor === undefined ? '' : ` for ${jumpFor}`}`,
  );

describe('a remote', () => {
  it('is what the user’s configuration makes of it', async () => {
    const config = [
      'Host work',
      '  HostName git.example.com',
      '  Port 2222',
      '  User git',
      '  HostKeyAlias one',
      '  IdentityAgent ~/.ssh/agent.sock',
      '  IdentityFile ~/.ssh/work',
      '  UserKnownHostsFile ~/.ssh/known_work /etc/known',
      '  GlobalKnownHostsFile none',
    ].join('\n');
    expect(await resolve(config, [{ host: 'work' }])).toEqual([
      {
        alias: 'work',
        host: 'git.example.com',
        port: 2222,
        user: 'git',
        hostKeyAlias: 'one',
        identityAgent: at('agent.sock'),
        identityFiles: [at('work')],
        userKnownHostsFiles: [at('known_work'), '/etc/known'],
        globalKnownHostsFiles: [],
      },
    ]);
  });

  it('keeps the user and the port that it names', async () => {
    const config = 'Host a\n  User git\n  Port 2222\n';
    const hosts = await resolve(config, [
      { host: 'a', user: 'me', port: 22 },
      { host: 'a' },
      { host: 'b', port: 7 },
      { host: '::1', user: 'x' },
    ]);
    expect(shown(hosts)).toEqual([
      'a = me@a:22',
      'a = git@a:2222',
      `b = ${me}@b:7`,
      '::1 = x@::1:22',
    ]);
  });

  it('has the usual files where nothing is said', async () => {
    const [host] = await resolve('# none\n', [{ host: 'a' }]);
    expect(host).toMatchObject({
      userKnownHostsFiles: [at('known_hosts'), at('known_hosts2')],
      globalKnownHostsFiles: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    });
    expect(host?.identityFiles).toContain(at('id_ed25519'));
    expect(host).not.toHaveProperty('proxyJump');
    expect(host).not.toHaveProperty('identityAgent');
  });

  it.each([
    ['the configuration is broken', 'Host "a\n', process.env],
    ['there is no ssh', '', { PATH: '/nowhere' }],
  ])('is taken as it stands where %s', async (_, config, environment) => {
    const [first, second] = await resolve(
      config,
      [{ host: 'a', user: 'git', port: 7 }, { host: 'b' }],
      environment,
    );
    expect(first).toEqual({
      alias: 'a',
      host: 'a',
      port: 7,
      user: 'git',
      identityFiles: [],
      userKnownHostsFiles: [at('known_hosts'), at('known_hosts2')],
      globalKnownHostsFiles: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    });
    expect(second).toMatchObject({ host: 'b', port: 22, user: me });
  });

  it('is asked for once, with words that are no options, and what comes back is checked', async () => {
    const asked: (readonly string[])[] = [];
    const hosts = await resolveSshHosts([{ host: 'a' }, { host: 'a' }], {
      home: os.userInfo().homedir,
      environment: {},
      run: (words) => {
        asked.push(words);
        return Promise.resolve('hostname -oProxyCommand=x\nport x\nuser $(id)\nproxyjump -x,;id\n');
      },
    });
    expect(asked).toEqual([['-G', '--', 'a']]);
    expect(shown(hosts)).toEqual([`a = ${me}@a:22`]);
  });

  it('is not waited for without end', async () => {
    const bin = path.join(home, 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'ssh'), '#!/bin/sh\nexec cat\n');
    chmodSync(path.join(bin, 'ssh'), 0o755);
    const environment = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    // Its input ends at once; otherwise this would take as long as its patience.
    const start = performance.now();
    await resolve('', [{ host: 'a' }], environment);
    expect(performance.now() - start).toBeLessThan(4000);
  });
});

describe('the machines on the way', () => {
  it('are resolved like others, each for the one behind it', async () => {
    const config = [
      'Host far',
      '  ProxyJump me@gate:2200,inner',
      'Host gate',
      '  HostName gate.example.com',
      'Host inner',
      '  User in',
      '  ProxyJump before',
    ].join('\n');
    const hosts = await resolve(config, [{ host: 'far', user: 'git' }, { host: 'inner' }]);
    expect(hosts[0]?.proxyJump).toBe('me@gate:2200,inner');
    expect(shown(hosts)).toEqual([
      'far = git@far:22',
      'gate = me@gate.example.com:2200 for far',
      'inner = in@inner:22 for far',
      `before = ${me}@before:22 for far`,
      'inner = in@inner:22',
      `before = ${me}@before:22 for inner`,
    ]);
  });

  it('end where they go round in circles, and are not too many', async () => {
    const circle = 'Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n';
    expect(shown(await resolve(circle, [{ host: 'a' }]))).toEqual([
      `a = ${me}@a:22`,
      `b = ${me}@b:22 for a`,
      `a = ${me}@a:22 for a`,
    ]);
    let asked = 0;
    const hosts = await resolveSshHosts([{ host: 'h' }], {
      home,
      environment: {},
      run: (words) => {
        const name = words.at(-1) ?? '';
        asked++;
        const jumps = Array.from({ length: 20 }, (_, number) => `${name}${number}`);
        return Promise.resolve(`hostname ${name}\nproxyjump ${jumps.join(',')}\n`);
      },
    });
    expect(asked).toBe(9);
    expect(hosts).toHaveLength(9);
  });

  it('are none where the configuration says so', async () => {
    const [host, ...jumps] = await resolve('ProxyJump none\n', [{ host: 'a' }]);
    expect(host).not.toHaveProperty('proxyJump');
    expect(jumps).toEqual([]);
  });
});
