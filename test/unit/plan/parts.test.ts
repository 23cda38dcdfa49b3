// The parts of a plan, each as a table: user, groups, environment, command, terminal, limits, ports, mounts.

import { describe, expect, it } from 'vitest';
import { claude } from '../../../src/assistants/claude.ts';
import { renderGroup, renderPasswd } from '../../../src/plan/accounts.ts';
import { planCommand, planTerminal } from '../../../src/plan/command.ts';
import { planEnvironment } from '../../../src/plan/environment.ts';
import type { Request } from '../../../src/plan/facts.ts';
import { limitNotes, planLimits, planNetwork } from '../../../src/plan/limits.ts';
import { nestedTargets, orderMounts } from '../../../src/plan/mounts.ts';
import type { Mount } from '../../../src/plan/run-plan.ts';
import { planGroups, planUser } from '../../../src/plan/user.ts';
import {
  buildFacts,
  defaultSettings,
  plainRequest,
  type FactsInput,
} from '../../support/build-facts.ts';

describe('the user', () => {
  const root = { uid: 0, gid: 0, userName: 'root' };
  const someone = { owner: { uid: 1234, gid: 1235 }, ownerName: 'bob' };
  const rights = { settings: { root: true } };
  it.each<[string, FactsInput, string, string]>([
    ['the user', {}, '1000:1000 ann', '1000:1000'],
    ['the user, in a project of another', { project: someone }, '1000:1000 ann', '1000:1000'],
    ['root, in its own project', { host: root, project: { owner: root } }, '0:0 root', '0:0'],
    [
      'root, in a project of another',
      { host: root, project: someone },
      '1234:1235 bob',
      '1234:1235',
    ],
    ['root, in a project of nobody known', { host: root }, '1000:1000 ai', '1000:1000'],
    ['a user with --root', rights, '0:0 root', '1000:1000'],
    ['root with --root', { host: root, project: someone, ...rights }, '0:0 root', '1234:1235'],
  ])('of %s', (_who, input, user, owner) => {
    const planned = planUser(buildFacts(input));
    const { uid, gid, name, reason } = planned.user;
    expect(`${uid}:${gid} ${name}`).toBe(user);
    expect(`${planned.owner.uid}:${planned.owner.gid}`).toBe(owner);
    expect(reason).not.toBe('');
  });

  it.each<[string, FactsInput, { uid: number; gid: number }, number[], number[]]>([
    [
      'that own a mount and that the user is in',
      {},
      { uid: 1000, gid: 1000 },
      [998, 27, 998],
      [998, 27],
    ],
    ['but not those of others', {}, { uid: 1000, gid: 1000 }, [5, 0], []],
    ['but not the own one', {}, { uid: 1000, gid: 1000 }, [1000], []],
    ['but none for another user than the host’s', {}, { uid: 1234, gid: 1235 }, [998], []],
  ])('gets the groups %s', (_what, input, user, gids, expected) => {
    const mounted = gids.map((gid) => ({ gid, what: `/of/${gid}` }));
    const { groups } = planGroups(buildFacts(input), user, mounted);
    expect(groups.map(({ gid }) => gid)).toEqual(expected);
    for (const { gid, reason } of groups) expect(reason).toContain(`/of/${gid}`);
  });
});

describe('the accounts', () => {
  const passwd =
    'root:x:0:0:root:/root:/bin/bash\nnode:x:1000:1000::/home/node:/bin/sh\nmail:x:8:8::/:/bin/false\n';
  const own = (uid: number, gid: number, name: string): string =>
    `${name}:x:${uid}:${gid}:${name}:/home/ai:/bin/bash\n`;
  const render = (uid: number, name: string): string =>
    renderPasswd(passwd, { uid, gid: uid, name, reason: '' });
  const lines = passwd.split(/(?<=\n)/);

  it.each([
    ['of a uid that is taken', 1000, 'ann', lines[0]! + lines[2]! + own(1000, 1000, 'ann')],
    ['of a name that is taken', 4321, 'mail', lines[0]! + lines[1]! + own(4321, 4321, 'mail')],
    ['of uid and name of two entries', 8, 'node', lines[0]! + own(8, 8, 'node')],
    ['of root', 0, 'root', lines[1]! + lines[2]! + own(0, 0, 'root')],
    ['of somebody new', 77, 'eve', passwd + own(77, 77, 'eve')],
  ])('have the entry %s once', (_what, uid, name, expected) => {
    expect(render(uid, name)).toBe(expected);
  });

  it.each([
    ['CORP\\ann', 'CORP_ann'],
    ['ann@corp.example', 'ann_corp.example'],
    ['ann:0:0', 'ann_0_0'],
    ['two words', 'two_words'],
    ['-rf', '_rf'],
    ['evil\nroot::0:0', 'evil_root__0_0'],
    ['жанна', '_____'],
    ['', 'ai'],
  ])('make of the name %j %s', (name, safe) => {
    expect(render(77, name)).toBe(passwd + own(77, 77, safe));
  });

  it('survive an empty image, blank lines and a missing last new line', () => {
    const ann = { uid: 1, gid: 1, name: 'ann', reason: '' };
    expect(renderPasswd('', ann)).toBe(own(1, 1, 'ann'));
    expect(renderPasswd('\na:x:5:5::/:/b', ann)).toBe(`a:x:5:5::/:/b\n${own(1, 1, 'ann')}`);
  });

  it.each([
    ['as they are', 5, 'ann', [], ''],
    ['with the user’s own', 1000, 'ann', [], 'ann:x:1000:\n'],
    ['with further ones', 5, 'ann', [998, 27, 998], 'group998:x:998:\ngroup27:x:27:\n'],
    ['with another name where it is taken', 1000, 'tty', [], 'group1000:x:1000:\n'],
  ])('have the groups %s', (_what, gid, name, more, added) => {
    const image = 'root:x:0:\ntty:x:5:\n';
    const groups = more.map((id) => ({ gid: id, reason: '' }));
    expect(renderGroup(image, { uid: 1, gid, name, reason: '' }, groups)).toBe(image + added);
  });
});

describe('the environment', () => {
  const plan = (input: FactsInput, tty = true): Record<string, string> =>
    Object.fromEntries(
      planEnvironment(buildFacts(input), claude, { tty, userName: 'ann' }).map(
        ({ name, value, secret, reason }) => {
          expect(reason).not.toBe('');
          return [name, secret ? `${value} (secret)` : value];
        },
      ),
    );
  const host = (environment: Record<string, string>): FactsInput => ({ host: { environment } });

  it('is that of a session', () => {
    expect(plan({ host: { timeZone: 'Europe/Berlin', caFiles: ['/ca.pem'] } })).toMatchObject({
      ...{ HOME: '/home/ai', USER: 'ann', LANG: 'C.UTF-8', TZ: 'Europe/Berlin' },
      ...{ TERM: 'xterm-256color', NODE_EXTRA_CA_CERTS: '/run/ai/extra-ca.pem' },
      CLAUDE_CONFIG_DIR: '/home/ai/.claude',
    });
  });

  it.each<[string, FactsInput, Record<string, string | undefined>]>([
    [
      'the terminal’s',
      host({ TERM: 'foot', COLORTERM: 'truecolor' }),
      { TERM: 'foot', COLORTERM: 'truecolor' },
    ],
    ['no certificates where there are none', {}, { NODE_EXTRA_CA_CERTS: undefined, TZ: undefined }],
    [
      'a proxy in both spellings',
      host({ https_proxy: 'http://p:1' }),
      { https_proxy: 'http://p:1', HTTPS_PROXY: 'http://p:1' },
    ],
    [
      'a proxy as it was given twice',
      host({ no_proxy: 'a', NO_PROXY: 'b' }),
      { no_proxy: 'a', NO_PROXY: 'b' },
    ],
    [
      'a proxy with a password as a secret',
      host({ HTTP_PROXY: 'http://u:p@h' }),
      { http_proxy: 'http://u:p@h (secret)', HTTP_PROXY: 'http://u:p@h (secret)' },
    ],
    [
      'the assistant’s key as a secret',
      host({ ANTHROPIC_API_KEY: 'k' }),
      { ANTHROPIC_API_KEY: 'k (secret)' },
    ],
    [
      'the assistant’s address openly',
      host({ ANTHROPIC_BASE_URL: 'u' }),
      { ANTHROPIC_BASE_URL: 'u' },
    ],
    [
      'no other assistant’s key',
      host({ OPENAI_API_KEY: 'k', GEMINI_API_KEY: 'k' }),
      { OPENAI_API_KEY: undefined, GEMINI_API_KEY: undefined },
    ],
    ['the user’s own', { settings: { env: { A: '1', B: '' } } }, { A: '1', B: '' }],
    [
      'the user’s by name',
      { ...host({ A: 'x', B: 'y' }), settings: { env: { A: null } } },
      { A: 'x (secret)', B: undefined },
    ],
    [
      'the user’s by name, but what says how to show things, as it is',
      {
        ...host({ LC_ALL: 'C', ANTHROPIC_MODEL: 'm' }),
        settings: { env: { LC_ALL: null, ANTHROPIC_MODEL: null } },
      },
      { LC_ALL: 'C', ANTHROPIC_MODEL: 'm' },
    ],
    ['nothing by a name that is not set', { settings: { env: { A: null } } }, { A: undefined }],
    [
      'the user’s secrets as such',
      { settings: { env: { MY_TOKEN: 't', Db_Password: 'p' } } },
      { MY_TOKEN: 't (secret)', Db_Password: 'p (secret)' },
    ],
    [
      'the user’s over all others',
      {
        ...host({ HTTP_PROXY: 'p' }),
        settings: { env: { LANG: 'de', HTTP_PROXY: '', DISABLE_AUTOUPDATER: '0' } },
      },
      { LANG: 'de', HTTP_PROXY: '', http_proxy: 'p', DISABLE_AUTOUPDATER: '0' },
    ],
  ])('has %s', (_what, input, expected) => {
    const found = plan(input);
    for (const [name, value] of Object.entries(expected))
      expect([name, found[name]]).toEqual([name, value]);
  });

  it('has no TERM without a terminal', () => {
    expect(plan(host({ TERM: 'foot', COLORTERM: 'truecolor' }), false)).not.toHaveProperty('TERM');
    expect(plan(host({ COLORTERM: 'truecolor' }), false)).not.toHaveProperty('COLORTERM');
  });

  it('has each name once', () => {
    const names = planEnvironment(
      buildFacts({
        ...host({ ANTHROPIC_MODEL: 'a', TERM: 'x' }),
        settings: { env: { TERM: 'y', ANTHROPIC_MODEL: 'b' } },
      }),
      claude,
      { tty: true, userName: 'ann' },
    ).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the command', () => {
  const headless = { prompt: { text: 'hi there', headless: true } };
  const initial = { prompt: { text: '-hi', headless: false } };
  it.each<[string, Partial<typeof plainRequest>, FactsInput['settings'], string[]]>([
    ['a session', {}, {}, []],
    [
      'arguments as they are',
      { arguments: ['', '--help', '--', 'a b'] },
      {},
      ['', '--help', '--', 'a b'],
    ],
    ['a headless turn', headless, {}, ['-p', 'hi there']],
    [
      'a headless turn in JSON',
      { ...headless, json: true },
      {},
      ['--output-format', 'json', '-p', 'hi there'],
    ],
    ['a prompt to begin with', initial, {}, ['--', '-hi']],
    ['going on', { continue: true }, {}, ['--continue']],
    ['yolo', {}, { yolo: true }, ['--dangerously-skip-permissions']],
    ['a model', {}, { model: 'opus' }, ['--model', 'opus']],
    [
      'all at once, the arguments last',
      { ...headless, continue: true, arguments: ['--verbose'] },
      { yolo: true, model: 'm' },
      [
        '--dangerously-skip-permissions',
        '--model',
        'm',
        '--continue',
        '-p',
        'hi there',
        '--verbose',
      ],
    ],
  ])('of %s', (_what, request, settings, argv) => {
    const facts = buildFacts({
      request: { ...plainRequest, ...request },
      ...(settings && { settings }),
    });
    expect(planCommand(facts, claude)).toEqual({
      argv: ['claude', ...argv],
      reason: 'Claude Code',
    });
  });

  it.each<[Request, string[]]>([
    [
      { kind: 'exec', assistant: 'claude', command: ['npm', '--', '', '-p'] },
      ['npm', '--', '', '-p'],
    ],
    [{ kind: 'shell', assistant: 'claude' }, ['bash']],
  ])('of %j is exactly that, whatever the settings', (request, argv) => {
    const facts = buildFacts({ request, settings: { yolo: true, model: 'm' } });
    expect(planCommand(facts, claude).argv).toEqual(argv);
  });
});

describe('the terminal', () => {
  const requests = {
    session: plainRequest,
    headless: { ...plainRequest, prompt: { text: 'x', headless: true } },
    arguments: { ...plainRequest, arguments: ['--version'] },
    exec: { kind: 'exec', assistant: 'claude', command: ['x'] },
    shell: { kind: 'shell', assistant: 'claude' },
  } as const satisfies Record<string, Request>;
  const plan = (request: keyof typeof requests, stdin: boolean, stdout: boolean): string => {
    try {
      const planned = planTerminal(
        buildFacts({ request: requests[request], terminal: { stdin, stdout } }),
      );
      expect(planned).toMatchObject({ rows: 24, columns: 80 });
      expect(planned.reason).not.toBe('');
      return [planned.tty && 'tty', planned.stdin && 'stdin'].filter(Boolean).join(' ');
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it.each<[keyof typeof requests, string, string, string, string]>([
    //            both        stdin only        stdout only       none
    ['session', 'tty stdin', 'AI_TTY_MISSING', 'stdin', 'stdin'],
    ['headless', 'tty stdin', '', 'stdin', 'stdin'],
    ['arguments', 'tty stdin', 'stdin', 'stdin', 'stdin'],
    ['exec', 'tty stdin', 'stdin', 'stdin', 'stdin'],
    ['shell', 'tty stdin', 'AI_TTY_MISSING', 'AI_TTY_MISSING', 'AI_TTY_MISSING'],
  ])('of %s', (request, both, stdinOnly, stdoutOnly, none) => {
    expect(plan(request, true, true)).toBe(both);
    expect(plan(request, true, false)).toBe(stdinOnly);
    expect(plan(request, false, true)).toBe(stdoutOnly);
    expect(plan(request, false, false)).toBe(none);
  });
});

describe('limits and network', () => {
  const settings = (more: FactsInput['settings']): typeof defaultSettings => ({
    ...defaultSettings,
    ...more,
  });

  const { engine } = buildFacts();
  const gib = 1024 ** 3;
  const reason = expect.any(String) as string;

  it('are only those that were asked for, one of processes, and a weight that changes nothing', () => {
    expect(planLimits(defaultSettings, engine)).toStrictEqual({
      cpuShares: { count: 1024, reason },
      pids: { count: 4096, reason },
    });
    const asked = settings({ memory: 5, cpus: 1.5, pids: 9, timeout: 60 });
    expect(planLimits(asked, engine)).toMatchObject({
      memory: { bytes: 5 },
      cpus: { count: 1.5 },
      pids: { count: 9 },
      timeout: { seconds: 60 },
    });
  });

  it.each<[string, FactsInput['settings'], FactsInput['engine'], object | undefined]>([
    ['80 % of the machine’s', {}, { memory: 10 * gib }, { bytes: 8 * gib, swap: 'unlimited' }],
    ['none where that is not known', {}, {}, undefined],
    ['none where it would not hold', {}, { memory: 10 * gib, limits: false }, undefined],
    ['what is set', { memory: 99 * gib }, { memory: 10 * gib }, { bytes: 99 * gib }],
    ['the preset’s', { secure: true, memory: 8 * gib }, { memory: 99 * gib }, { bytes: 8 * gib }],
    [
      'less than the preset’s on a small machine',
      ...([{ secure: true, memory: 8 * gib }, { memory: 5 * gib }, { bytes: 4 * gib }] as const),
    ],
  ])('of memory: %s', (_, more, has, expected) => {
    const { memory } = planLimits(settings(more), { ...engine, ...has });
    expect(memory).toStrictEqual(expected && { ...expected, reason });
  });

  it('of processors are left out where the engine would refuse them, and what was asked for is said', () => {
    const without = { ...engine, cpu: false };
    for (const more of [{ secure: true }, { cpus: 2 }, {}])
      expect(Object.keys(planLimits(settings(more), without))).toEqual(['pids']);
    expect(limitNotes(settings({ cpus: 2, pids: 9 }), without)).toEqual([
      expect.stringContaining('not limited: cpus ('),
    ]);
    expect(limitNotes(defaultSettings, without)).toEqual([]);
  });

  it.each([
    ['open', 'default'],
    ['none', 'none'],
    ['host', 'host'],
  ] as const)('network %s is the engine’s %s', (network, mode) => {
    expect(planNetwork(settings({ network }))).toMatchObject({ mode, publish: [] });
  });

  const publish = (text: string): string => {
    const [port] = planNetwork(settings({ publish: [text] })).publish;
    return `${port!.hostAddress} ${port!.hostPort} ${port!.containerPort}/${port!.protocol}`;
  };
  it.each([
    ['3000', '127.0.0.1 3000 3000/tcp'],
    ['8080:3000', '127.0.0.1 8080 3000/tcp'],
    [':3000', '127.0.0.1  3000/tcp'],
    ['0.0.0.0:8080:3000', '0.0.0.0 8080 3000/tcp'],
    ['0.0.0.0:3000', '0.0.0.0 3000 3000/tcp'],
    ['0.0.0.0::3000', '0.0.0.0  3000/tcp'],
    ['[::1]:8080:3000', '::1 8080 3000/tcp'],
    ['53/udp', '127.0.0.1 53 53/udp'],
    ['53/UDP', '127.0.0.1 53 53/udp'],
    ['53/TCP', '127.0.0.1 53 53/tcp'],
  ])('publishes %s as %s', (text, expected) => {
    expect(publish(text)).toBe(expected);
  });

  it.each([
    '',
    '0',
    '65536',
    '0:3000',
    '70000:3000',
    'http',
    '1.2.3:3000:1',
    '::1:1:1',
    '1-2',
    '3000/sctp',
    '3000 ',
  ])('refuses to publish %j', (text) => {
    expect(() => publish(text)).toThrow(expect.objectContaining({ code: 'AI_USAGE' }) as Error);
  });

  it('says where a port and the network were set that exclude each other', () => {
    const places = { publish: '/h/config.yaml:4', network: '/h/config.yaml:2 (secure)' };
    expect(() => planNetwork(settings({ publish: ['80'], network: 'allowlist', places }))).toThrow(
      expect.objectContaining({
        facts: {
          problem: 'no port can be published with network allowlist (/h/config.yaml:2 (secure))',
          next: 'leave out publish in /h/config.yaml:4, or use --network open',
        },
      }) as Error,
    );
  });
});

describe('mounts', () => {
  const mount = (target: string, more: Partial<Mount> = {}): Mount => ({
    role: 'extra',
    source: `/host${target}`,
    target,
    kind: 'directory',
    readOnly: false,
    reason: 'test',
    ...more,
  });
  const order = (...targets: string[]): string[] =>
    orderMounts(targets.map((target) => mount(target))).map(({ target }) => target);

  it.each([
    [
      ['/a/b/c', '/a', '/a/b'],
      ['/a', '/a/b', '/a/b/c'],
    ],
    [
      ['/b', '/a'],
      ['/b', '/a'],
    ],
    [
      ['/a/', '/b//c', '/d/../e'],
      ['/a', '/e', '/b/c'],
    ],
  ])('%j come outermost first, normalised: %j', (targets, expected) => {
    expect(order(...targets)).toEqual(expected);
  });

  it.each([
    [['/a', '/a'], '/a is taken by /host/a (test)'],
    [['/a', '/a/'], '/a is taken by /host/a (test)'],
    [['/a', '/b/../a'], '/a is taken by /host/a (test)'],
    [['/'], '/ is needed by ai itself'],
    [['/run'], '/run is needed by ai itself'],
    [['/run/ai'], '/run/ai is needed by ai itself'],
    [['/run/ai/env'], '/run/ai/env is needed by ai itself'],
    [['/x/../run/ai'], '/run/ai is needed by ai itself'],
    [['/opt'], '/opt is needed by ai itself'],
    [['/etc'], '/etc is needed by ai itself'],
    [['/etc/group'], '/etc/group is needed by ai itself'],
    [['/home'], '/home is needed by ai itself'],
    [['/opt/ai/start'], '/opt/ai/start is needed by ai itself'],
  ])('%j are refused', (targets, why) => {
    const refused = expect.objectContaining({
      code: 'AI_MOUNT_INVALID',
      facts: expect.objectContaining({ why }) as object,
    }) as Error;
    expect(() => order(...targets)).toThrow(refused);
  });

  it('beside what is needed are fine', () => {
    expect(order('/run/airport', '/opt/ai/other', '/opt/air')).toHaveLength(3);
  });

  const owner = { uid: 1, gid: 2 };
  it.each<[string, Mount[], string[]]>([
    ['beside each other', [mount('/a'), mount('/ab')], []],
    [
      'a directory in another',
      [mount('/a'), mount('/a/b/c')],
      ['/host/a/b/c directory 755 below /host/a'],
    ],
    [
      'a file in another',
      [mount('/a'), mount('/a/f', { kind: 'file' })],
      ['/host/a/f file 644 below /host/a'],
    ],
    [
      'three deep: the nearest',
      [mount('/a'), mount('/a/b'), mount('/a/b/c')],
      ['/host/a/b directory 755 below /host/a', '/host/a/b/c directory 755 below /host/a/b'],
    ],
    ['below a file of that name', [mount('/a', { kind: 'file' }), mount('/a/b')], []],
  ])('%s need: %s', (_what, mounts, expected) => {
    const made = nestedTargets(mounts, owner).map((item) => {
      expect(item).toMatchObject({ owner });
      return `${item.path} ${item.kind} ${item.mode.toString(8)} below ${item.below}`;
    });
    expect(made).toEqual(expected);
  });
});
