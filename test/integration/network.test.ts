// What a run reaches with `network: allowlist` and `name:`, and that nothing else does. The names that are reached are known to a
// company's proxy alone, so that nothing leaves this machine; but for npm, which uses the registry that it is set to.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { certificatesOfHost, runAi, type AiResult } from '../support/ai.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { CorporateProxy } from '../support/corporate-proxy.ts';
import { connectToEngine, hostAddressOnBridge } from '../support/engine.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { GitServer, writeSshDirectory } from '../support/git-server.ts';
import { expectNothingLeft, stateOf } from '../support/left-behind.ts';
import { git, makeRepository } from '../support/repository.ts';
import { generateKey, SshAgent, type UserKey } from '../support/ssh-agent.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { takeNames } from '../support/vendor-names.ts';

const [api, code, keyed] = ['api.ai-test.invalid', 'code.ai-test.invalid', 'git.ai-test.invalid'];
/** The company's proxy knows it too, and nobody has allowed it. */
const evil = 'evil.ai-test.invalid';

/** A mirror of apt's. */
const apt = 'apt.ai-test.invalid';

const pages = temporaryDirectory();
const vendor = takeNames([api, code, evil], '127.0.0.1');
const servePages: RequestListener = (request, response) => {
  try {
    response.end(readFileSync(path.join(pages, (request.url ?? '').replace(/\?.*$/, ''))));
  } catch {
    response.writeHead(404).end();
  }
};
const web = createHttpsServer(vendor.tls, servePages);
const mirror = createHttpServer(servePages);
const plain = createHttpServer((_request, response) => response.end('plain hello\n'));
/** A service of this machine at all its addresses. */
const service = createHttpServer((_request, response) => response.end('secret\n'));
let proxy: CorporateProxy;
let gitServer: GitServer;
let key: UserKey;
let agent: SshAgent;
let bridge: string;
let home: string;
let cwd: string;

const listen = async (server: Server, address: string): Promise<number> => {
  server.listen(0, address);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  key = generateKey(temporaryDirectory(), 'ed25519');
  gitServer = new GitServer('127.0.0.1', [key]);
  agent = new SshAgent(path.join(temporaryDirectory(), 'agent'), {});
  await Promise.all([gitServer.start(), agent.start(), listen(service, '0.0.0.0')]);
  await agent.add(key.file);
  const [tls, http] = [await listen(web, '127.0.0.1'), await listen(plain, '127.0.0.1')];
  const ports = { [api]: tls, [code]: tls, [evil]: tls, [keyed]: gitServer.port };
  proxy = new CorporateProxy({
    ...{ ...ports, 'plain.ai-test.invalid': http },
    [apt]: await listen(mirror, '127.0.0.1'),
  });
  await proxy.start();
  bridge = await hostAddressOnBridge();
  writeFileSync(path.join(pages, 'hello'), 'hello\n');
  const image = await runAi(['--yes', 'exec', '--', 'true']);
  expect(image, image.stderr).toMatchObject({ code: 0 });
});
afterAll(async () => {
  for (const server of [web, plain, service, mirror]) server.close();
  proxy.stop();
  await Promise.all([gitServer.stop(), agent.kill()]);
});
beforeEach(() => {
  home = temporaryDirectory();
  cwd = temporaryDirectory();
  proxy.asked.length = 0;
});

const inside = (
  script: string,
  options: readonly string[] = ['--network', 'allowlist', '--allow', api],
): Promise<AiResult> =>
  runAi([...options, 'exec', '--', 'bash', '-c', script], {
    ...{ home, cwd },
    env: { ...proxy.env, ...vendor.env, SSH_AUTH_SOCK: agent.socket },
  });

const get = (url: string, ...options: string[]): string =>
  `curl -sS --max-time 20 ${options.join(' ')} ${url} 2>&1`;

describe('network: allowlist', () => {
  it('has no way out but to what is allowed, and says so', async () => {
    const direct = (address: string, port: number): string =>
      `(exec 3<>/dev/tcp/${address}/${port}) 2>&1 | sed -n '$s/.*: //p'`;
    const run = await inside(
      [
        ...[direct('203.0.113.1', 443), direct(bridge, portOf(service))],
        `getent hosts example.com || echo no DNS`,
        get(`https://${api}/hello`),
        get(`https://${api}/hello`, '--proxy', 'socks5h://127.0.0.1:3128'),
        get(`http://${evil}/hello`),
        get(`https://${evil}/hello`),
        `${get(`https://${evil}/hello`, '--connect-to', `${evil}:443:${api}:443`)} | sed 's/.*:.*error/error/'`,
        get(`http://${bridge}:${portOf(service)}/`, '-o', '/dev/null', '-w', "'%{http_code}'"),
        'echo; cat /sys/class/net/*/address',
      ].join('\n'),
    );
    const lines = run.stdout.split('\n');
    expect(lines.slice(0, 5)).toEqual([
      ...['Network is unreachable', 'Network is unreachable', 'no DNS', 'hello', 'hello'],
    ]);
    expect(run.stdout).toContain(`ai: ${evil} is not allowed in this run (network: allowlist).`);
    expect(run.stdout).toContain(`On the host, for the next run: ai net allow ${evil}\n`);
    expect(run.stdout).toContain('CONNECT tunnel failed, response 403');
    expect(run.stdout).toMatch(/unrecognized name/i);
    expect(run.stdout).toMatch(/403\n00:00:00:00:00:00\n$/);
    expect(run.stdout).not.toContain('secret');
    expect(run.stderr).toContain(
      `ai: ${evil} was not reached (network: allowlist): ai net allow ${evil}  lets the next run\n`,
    );
    expect(run.stderr.match(new RegExp(`ai net allow ${evil} `, 'g'))).toHaveLength(1);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${api}:443`]));
    const audit = readFileSync(path.join(stateOf(home), 'audit.jsonl'), 'utf8');
    expect(audit).toMatch(new RegExp(`"host":"${api}","port":443,"allowed":true`));
    expect(audit).toMatch(
      new RegExp(`"host":"${evil}","port":443,"allowed":false,"reason":"host"`),
    );
    const log = await runAi(['net', 'log'], { home, cwd });
    expect(log.stdout).toMatch(new RegExp(`${evil}:443 +no: not allowed +ai net allow ${evil}\n`));
    await expectNothingLeft(home);
  });

  it('is what closes these ways: without it, a service of this machine is reached', async () => {
    const run = await inside(get(`http://${bridge}:${portOf(service)}/`, "--noproxy '*'"), []);
    expect(run).toMatchObject({ code: 0, stdout: 'secret\n' });
  });

  it('takes in what ai net allow has written, and plain HTTP through the company’s proxy', async () => {
    const name = 'plain.ai-test.invalid';
    const allowed = await runAi(['net', 'allow', name.toUpperCase()], { home, cwd });
    expect(allowed).toMatchObject({ code: 0, stdout: '' });
    const run = await inside(get(`http://${name}/`), ['--network', 'allowlist']);
    expect(run).toEqual({ code: 0, signal: null, stdout: 'plain hello\n', stderr: '' });
    expect(proxy.asked).toEqual([`GET http://${name}/`]);
  });

  it('lets git go to the hosts of the remotes, over https and ssh, and only to those that were there', async () => {
    cwd = makeRepository();
    const shared = gitServer.repository('shared');
    const url = `ssh://root@${keyed}${shared.directory}`;
    const bare = path.join(pages, 'repo.git');
    execFileSync('git', ['clone', '-q', '--bare', cwd, bare], { stdio: 'pipe' });
    execFileSync('git', ['update-server-info'], { cwd: bare });
    git(['remote', 'add', 'origin', url], { directory: cwd });
    git(['remote', 'add', 'web', `https://${code}/repo.git`], { directory: cwd });
    const [, type = '', hostKey = ''] = gitServer.knownHost.trim().split(' ');
    writeSshDirectory(home, { known_hosts: `${keyed} ${type} ${hostKey}\n` });
    const script = [
      'set -e; git push -q origin main; git fetch -q web; git log --format=%s web/main',
      `git remote add bad https://${evil}/repo.git`,
    ].join('\n');
    const run = await inside(script, ['--network', 'allowlist']);
    expect(run).toEqual({ code: 0, signal: null, stdout: 'first\n', stderr: '' });
    expect(proxy.asked).toContain(`CONNECT ${keyed}:22`);
    expect(proxy.asked).toContain(`CONNECT ${code}:443`);
    // What that session has written is no way out of the next.
    const next = await inside('git fetch -q bad', ['--network', 'allowlist']);
    expect(next.code).not.toBe(0);
    expect(next.stderr).toContain(
      `${evil}, new in this project’s remotes since its last run, is not`,
    );
    expect(proxy.asked.filter((line) => line.includes(evil))).toEqual([]);
  });

  it('lets ssh go where the user’s own configuration leads a remote that is an alias', async () => {
    cwd = makeRepository();
    const { directory } = gitServer.repository('alias');
    git(['remote', 'add', 'origin', `ssh://root@forge${directory}`], { directory: cwd });
    const [, type = '', hostKey = ''] = gitServer.knownHost.trim().split(' ');
    writeSshDirectory(home, {
      config: `Host forge\n  HostName ${keyed}\n`,
      known_hosts: `${keyed} ${type} ${hostKey}\n`,
    });
    const run = await inside('git push -q origin main', ['--network', 'allowlist']);
    expect(run).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    expect(proxy.asked).toEqual([`CONNECT ${keyed}:22`]);
  });

  it('leads ssh out where there are no keys, too, and only to what is allowed', async () => {
    const login = (host: string): string =>
      `ssh -o BatchMode=yes -o StrictHostKeyChecking=no root@${host} true 2>&1`;
    const run = await inside(`${login(keyed)}; ${login(evil)}`, [
      ...['--no-ssh', '--network', 'allowlist', '--allow', keyed],
    ]);
    expect(run.stdout).toContain(`root@${keyed}: Permission denied (publickey)`);
    // What the answer 403 says, as the program says it that brings ssh out.
    expect(run.stdout).toContain(`${evil} is not allowed: ai net allow ${evil}\n`);
    expect(proxy.asked).toEqual([`CONNECT ${keyed}:22`]);
  });

  it('lets npm install from the registry that this machine’s npm uses', async () => {
    const registry = execFileSync('npm', ['config', 'get', 'registry'], {
      encoding: 'utf8',
    }).trim();
    const run = await runAi(
      [
        ...['--network', 'allowlist', '-e', `npm_config_registry=${registry}`, 'exec', '--'],
        ...['sh', '-c', 'npm install --silent --no-audit --no-fund is-number && ls node_modules'],
      ],
      { home, cwd, env: certificatesOfHost() },
    );
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: 'is-number\n' });
  });

  it('lets apt have what the image’s own sources have, with --root', async () => {
    const tree = path.join(temporaryDirectory(), 'ai-test-one');
    mkdirSync(path.join(tree, 'DEBIAN'), { recursive: true });
    const control =
      'Package: ai-test-one\nVersion: 1\nArchitecture: all\nMaintainer: a\nDescription: b\n';
    writeFileSync(path.join(tree, 'DEBIAN/control'), control);
    execFileSync('dpkg-deb', ['--build', '-Zgzip', tree, path.join(pages, 'one.deb')]);
    const deb = readFileSync(path.join(pages, 'one.deb'));
    const sum = createHash('sha256').update(deb).digest('hex');
    const entry = `${control}Filename: ./one.deb\nSize: ${deb.length}\nSHA256: ${sum}\n`;
    writeFileSync(path.join(pages, 'Packages'), entry);
    const source = (host: string): string => `deb [trusted=yes] http://${host} ./`;
    const script = (host: string): string =>
      [
        `cd /tmp; echo '${source(host)}' >list`,
        `a='apt-get -q -o Dir::Etc::sourcelist=/tmp/list -o Dir::Etc::sourceparts=-'`,
        '{ $a update && $a install -y ai-test-one; } 2>&1; dpkg -s ai-test-one | grep ^Status',
      ].join('\n');
    const options = ['--network', 'allowlist', '--root'];
    expect((await inside('true', options)).code).toBe(0);
    const images = path.join(stateOf(home), 'images');
    const [image = ''] = readdirSync(images).filter((name) => name.startsWith('ai-in-docker'));
    expect(readdirSync(path.join(images, image))).toContain('apt.list');
    writeFileSync(path.join(images, image, 'apt.list'), `${source(apt)}\n`);
    const run = await inside(script(apt), options);
    expect(run.stdout).toContain('Status: install ok installed');
    const refused = await inside(script(evil), options);
    expect(refused.stdout).toContain(`${evil} is not allowed`);
    expect(refused.stdout).not.toContain('Status');
  });

  it('works where the engine shares no sockets', async () => {
    const { host } = await openEngineProxy({ at: '.colima/default/docker.sock' });
    const run = await inside(`${get(`https://${api}/hello`)}; ${get(`http://${evil}/`)}`, [
      ...['--network', 'allowlist', '--allow', api, '--host', host],
    ]);
    expect(run.stdout).toMatch(/^hello\nai: evil\.ai-test\.invalid is not allowed/);
  });
});

describe('network: none and host', () => {
  it('is nothing at all, or this machine’s own with its loopback, which open does not have', async () => {
    const direct = (address: string, port: number): string =>
      get(`http://${address}:${port}/`, "--noproxy '*'");
    const script = `${direct('127.0.0.1', portOf(plain))}; ${direct(bridge, portOf(service))}; ls /sys/class/net`;
    const [none, open, host] = await Promise.all([
      inside(script, ['--network', 'none']),
      inside(script, []),
      inside(script, ['--network', 'host']),
    ]);
    expect(none.stdout).toMatch(/^(curl: \(7\).*\n){2}lo\n$/);
    expect(open.stdout).toMatch(/^curl: \(7\).*\nsecret\n/);
    expect(host.stdout).toMatch(/^plain hello\nsecret\n/);
  });
});

describe('network: name:NETWORK', () => {
  it('reaches what is in that network, and is none of a project’s own saying', async () => {
    const docker = connectToEngine();
    const name = `ai-test-${path.basename(temporaryDirectory())}`;
    const network = await docker.createNetwork({ Name: name });
    const container = await docker.createContainer({
      ...{ Image: busyboxImage, name: `${name}-service` },
      Cmd: ['sh', '-c', 'mkdir /w; echo from the service >/w/index.html; httpd -f -p 80 -h /w'],
      HostConfig: { NetworkMode: name, AutoRemove: true },
      NetworkingConfig: { EndpointsConfig: { [name]: { Aliases: ['db'] } } },
    });
    onTestFinished(async () => {
      await container.remove({ force: true });
      await network.remove();
    });
    await container.start();
    const script = `for n in 1 2 3 4 5; do curl -sS --max-time 5 --noproxy '*' http://db/ && break; sleep 0.2; done 2>/dev/null`;
    expect(await inside(script, ['--network', `name:${name}`])).toMatchObject({
      ...{ code: 0, stdout: 'from the service\n' },
    });
    writeFileSync(path.join(cwd, '.airc'), `network: name:${name}\n`);
    const untrusted = await inside(script, []);
    expect(untrusted.stdout).toBe('');
    expect(untrusted.stderr).toMatch(/ignored until you trust it: network/);
  });

  it('that there is none of is said', async () => {
    const run = await inside('true', ['--network', 'name:ai-test-none']);
    expect(run.code).toBe(125);
    expect(run.stderr).toContain(
      'there is no docker network ai-test-none\n    → docker network ls',
    );
    await expectNothingLeft(home);
  });
});
