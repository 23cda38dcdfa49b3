// What ai doctor makes of facts: for each area what is well, what is not, and the command that helps. No machine is asked.

import { describe, expect, it } from 'vitest';
import { AiError } from '../../../../src/base/errors.ts';
import { judgeCertificates } from '../../../../src/cli/doctor/certificates.ts';
import { judgeDisk } from '../../../../src/cli/doctor/disk.ts';
import { judgeEngine } from '../../../../src/cli/doctor/engine.ts';
import type { Finding } from '../../../../src/cli/doctor/finding.ts';
import { judgeGit } from '../../../../src/cli/doctor/git.ts';
import { judgeImages } from '../../../../src/cli/doctor/image.ts';
import { judgeLogins } from '../../../../src/cli/doctor/logins.ts';
import { judgeNetwork, judgeRegistries } from '../../../../src/cli/doctor/network.ts';
import { judgePermissions } from '../../../../src/cli/doctor/permissions.ts';
import { judgeSettings } from '../../../../src/cli/doctor/settings.ts';
import { judgeSsh } from '../../../../src/cli/doctor/ssh.ts';
import { judgeState } from '../../../../src/cli/doctor/state.ts';
import { judgeVersions } from '../../../../src/cli/doctor/versions.ts';
import type { EngineLook, ReachedLook } from '../../../../src/launch/doctor/look-engine.ts';
import type { AssistantLogin } from '../../../../src/launch/doctor/look-logins.ts';
import type { DirectoryFacts } from '../../../../src/launch/doctor/look-permissions.ts';
import type { StateFacts } from '../../../../src/launch/doctor/look-state.ts';
import type { SshFacts } from '../../../../src/launch/doctor/look-ssh.ts';
import { builtIn } from '../../../support/build-facts.ts';

/** A line for each: `state id summary → fix`. */
const lines = (findings: readonly Finding[]): string[] =>
  findings.map(
    ({ id, state, summary, fix }) =>
      `${state} ${id} ${summary}${fix === undefined ? '' : ` → ${fix}`}`,
  );
const bad = (findings: readonly Finding[]): string[] =>
  lines(findings.filter(({ state }) => state === 'warning' || state === 'failure'));

const reached = (more: Partial<ReachedLook> = {}): EngineLook & ReachedLook => ({
  kind: 'reached',
  named: { kind: 'unix', path: '/var/run/docker.sock', origin: 'DOCKER_HOST' },
  version: { make: 'Docker Engine', version: '20.10.24', api: '1.41' },
  info: { Driver: 'overlay2', MemTotal: 8e9, CgroupVersion: '1', DockerRootDir: '/d' },
  ...{ notes: [], ahead: 0, states: [], image: undefined, ours: [], runs: [] },
  ...more,
});
const gone: EngineLook = {
  kind: 'failed',
  error: new AiError('AI_ENGINE_UNREACHABLE', {
    endpoint: 'unix:///x',
    cause: 'nothing listens there',
    origin: 'DOCKER_HOST',
  }),
  named: { kind: 'unix', path: '/x' },
};
const forbidden = new AiError('AI_ENGINE_PERMISSION', { socket: '/var/run/docker.sock' });

describe('the engine', () => {
  const judge = (engine: EngineLook): string[] => lines(judgeEngine(engine));

  it('is told with what names it, its API, and what it can do', () => {
    expect(judge(reached())).toEqual([
      'ok engine.reachable Docker Engine 20.10.24 at unix:///var/run/docker.sock, named by DOCKER_HOST',
      'ok engine.api it speaks API 1.41 (ai needs 1.41)',
      'ok engine.kind runs as root, storage overlay2, 8.0 GB of memory',
    ]);
  });

  it.each<[string, EngineLook, RegExp]>([
    ['is gone', gone, /^failure engine.reachable cannot reach .* → start it, or unset DOCKER_HOST/],
    [
      'is too old',
      reached({ version: { make: 'Podman', version: '3.4', api: '1.40' } }),
      /^failure engine.api the engine is too old: .* → update Docker, or Podman$/,
    ],
    [
      'copies its layers',
      reached({ info: { Driver: 'vfs' } }),
      /^warning engine.kind .*vfs.* → set "storage-driver": "overlay2"/,
    ],
    [
      'holds no limits',
      reached({ info: { SecurityOptions: ['name=rootless'], CgroupVersion: '1' } }),
      /^warning engine.kind rootless.*limits.* → .*unified_cgroup_hierarchy=1/,
    ],
    [
      'has little memory',
      reached({ info: { Driver: 'overlay2', MemTotal: 1e9 } }),
      /^warning engine.kind .*1.0 GB of memory.* → give the engine’s machine more/,
    ],
    [
      'is far away',
      reached({ named: { kind: 'tcp', host: 'far', port: 2375, tls: undefined } }),
      /^warning engine.place .* tcp:\/\/far:2375 .* → .*ai --host unix:/,
    ],
  ])('that %s', (_what, engine, found) => {
    expect(bad(judgeEngine(engine))).toEqual([expect.stringMatching(found)]);
  });

  it('that is forbidden, or not wanted, is told elsewhere', () => {
    const forbiddenLook: EngineLook = { kind: 'failed', error: forbidden, named: undefined };
    expect(judge(forbiddenLook)).toEqual([expect.stringMatching(/^skipped .*see permissions/)]);
    expect(judge({ kind: 'unwanted' })).toEqual([expect.stringMatching(/^skipped /)]);
  });

  it('may be the second of several sockets', () => {
    const notes = ['nothing answers at /a: using /b'];
    expect(bad(judgeEngine(reached({ notes })))).toEqual([
      'warning engine.sockets nothing answers at /a: using /b → remove the socket that nothing answers at, or start its engine',
    ]);
  });
});

describe('permissions', () => {
  const nothing = { count: 0, first: [] };
  const project = { root: '/p', owner: { uid: 1000, gid: 1000 }, foreign: nothing };
  const state = (more: Partial<DirectoryFacts['found']> | 'missing' = {}, trouble?: string) => ({
    path: '/h/.docker-ai-config',
    me: { uid: 1000, name: 'ann' },
    trouble,
    ...(more !== 'missing' && {
      found: {
        ...{ uid: 1000, mode: 0o700, isDirectory: true, isLink: false, foreign: nothing },
        ...more,
      },
    }),
  });
  const socket = { kind: 'usable', path: '/s' } as const;
  const judge = (facts: Partial<Parameters<typeof judgePermissions>[0]>): string[] =>
    bad(judgePermissions({ socket, state: state(), project, ...facts }));

  it('are fine', () => {
    expect(judge({})).toEqual([]);
    expect(judge({ state: state('missing') })).toEqual([]);
  });

  it('of the socket may come with the next login, or from ai setup', () => {
    const refused = { kind: 'forbidden', error: forbidden } as const;
    const login = { kind: 'login', user: 'ann', group: 'docker', socket: '/s' } as const;
    expect(judge({ socket: { ...refused, decision: login } })).toEqual([
      expect.stringMatching(
        /^failure permissions.socket .*in its group docker, which counts from the next login on → newgrp docker/,
      ),
    ]);
    expect(judge({ socket: { ...refused, decision: undefined } })).toEqual([
      expect.stringMatching(/^failure permissions.socket you may not use .* → ai setup/),
    ]);
  });

  it.each<[string, DirectoryFacts, string]>([
    [
      'is open to others',
      state({ mode: 0o755 }),
      'warning permissions.state others may look into /h/.docker-ai-config (mode 755) → chmod 700 /h/.docker-ai-config',
    ],
    [
      'is somebody else’s',
      state({ uid: 0 }),
      'failure permissions.state /h/.docker-ai-config belongs to another user (uid 0) → sudo chown -R ann: /h/.docker-ai-config',
    ],
    [
      'is a file',
      state({ isDirectory: false }),
      'failure permissions.state /h/.docker-ai-config is no directory → ls -ld /h/.docker-ai-config  and put it elsewhere',
    ],
    [
      'is read-only',
      state({}, 'EROFS'),
      'warning permissions.state /h/.docker-ai-config is on a read-only file system: runs work, and nothing of them is saved → export DOCKER_AI_CONFIG_HOME=DIRECTORY  names another place',
    ],
    [
      'cannot be written',
      state({}, 'EACCES'),
      'failure permissions.state /h/.docker-ai-config cannot be written → chmod 700 /h/.docker-ai-config',
    ],
    [
      'holds files of root’s',
      state({ foreign: { count: 5, first: ['/h/.docker-ai-config/a', '/h/.docker-ai-config/b'] } }),
      'failure permissions.files 5 files in it belong to somebody else: a, b → sudo chown -R ann: /h/.docker-ai-config',
    ],
  ])('of a state directory that %s', (_what, facts, found) => {
    expect(judge({ state: facts })).toEqual([found]);
  });

  it('of a project', () => {
    const foreign = { count: 1, first: ['/p/a b'] };
    expect(judge({ project: { ...project, foreign } })).toEqual([
      "warning permissions.project 1 file in the project is root’s: a b → sudo chown -R 1000:1000 '/p/a b'",
    ]);
    const refused = new AiError('AI_ROOT_REFUSED', { path: '/', why: 'it is /' });
    expect(judge({ project: refused })).toEqual([]);
    const missing = new AiError('AI_DIRECTORY_MISSING', { path: '/none' });
    expect(judge({ project: missing })).toEqual([
      expect.stringMatching(/^failure permissions.project .* → mkdir -p \/none/),
    ]);
  });

  it('ask --fix for modes alone', () => {
    const found = judgePermissions({ socket, state: state({ mode: 0o750 }), project });
    expect(found.flatMap(({ mend }) => mend ?? [])).toEqual([
      { kind: 'modes', files: [{ path: '/h/.docker-ai-config', mode: 0o700 }] },
    ]);
  });
});

describe('images', () => {
  const assistant = builtIn('claude');
  const of = (
    state: 'built' | 'outdated' | 'missing',
    image?: ReachedLook['image'],
  ): EngineLook => ({
    ...reached({
      image,
      states: [{ assistant, image: { tag: 'i/claude:1', version: '2.0', state, size: 7e8 } }],
    }),
  });
  const judge = (engine: EngineLook, ready?: string): string[] =>
    lines(judgeImages({ engine, name: 'claude', ready, pinned: ready ? undefined : '2.0' }));
  const image = {
    isOurs: true,
    isOfProject: false,
    version: '2.0',
    layers: ['a', 'b'],
    base: { name: 'node', layers: ['a'] },
  };

  it('are built, on the base that there is', () => {
    expect(judge(of('built', image))).toEqual([
      'ok image.claude claude 2.0: i/claude:1, 700.0 MB'.replace('700.0', '700'),
      'ok image.base it is on node as that is now',
    ]);
  });

  it.each<[string, EngineLook, RegExp]>([
    ['missing', of('missing'), /^warning image.claude .*not built yet.* → ai --yes -a claude exec/],
    ['outdated', of('outdated'), /^warning image.claude .*builds it anew → ai --yes -a claude/],
    [
      'of another version',
      of('built', { ...image, version: '1.9' }),
      /^failure image.claude .*holds 1.9 instead of 2.0 → docker image rm i\/claude:1 && ai/,
    ],
    [
      'not ours',
      of('built', { ...image, isOurs: false, version: undefined }),
      /^failure image.claude .*lacks the tools.* → docker image rm i\/claude:1 && ai/,
    ],
    [
      'on a base that is gone',
      of('built', { ...image, base: { name: 'node', layers: ['z'] } }),
      /^warning image.base .*another node.* → docker image rm i\/claude:1 && ai/,
    ],
  ])('are %s', (_what, engine, found) => {
    expect(judge(engine).filter((line) => !line.startsWith('ok'))).toEqual([
      expect.stringMatching(found),
    ]);
  });

  it('are pulled where they are ready ones', () => {
    expect(judge(of('missing'), 'me/it:1')).toEqual([
      'warning image.claude the image me/it:1 is not here: the first run pulls it → docker pull me/it:1',
    ]);
  });

  it('cannot be looked at without an engine', () => {
    expect(judge(gone)).toEqual([expect.stringMatching(/^skipped image.claude/)]);
  });
});

describe('room', () => {
  const room = (free: number, inodes?: number) => ({
    path: '/h',
    bytes: { free, total: 1e12 },
    ...(inodes !== undefined && { inodes: { free: inodes, total: 1e6 } }),
  });
  const judge = (facts: Partial<Parameters<typeof judgeDisk>[0]>): string[] =>
    bad(judgeDisk({ home: room(5e10), engine: room(5e10), unused: [], ...facts }));

  it.each<[Parameters<typeof judge>[0], RegExp[]]>([
    [{}, []],
    [{ home: room(1e6) }, [/^failure disk.home \/h is full: 1.0 MB free .* → du -xh -d1 \/h/]],
    [{ home: room(1e8) }, [/^warning disk.home \/h is nearly full/]],
    [{ home: room(5e10, 3) }, [/^failure disk.home .*3 inodes free.* → df -i \/h/]],
    [{ engine: room(1e6) }, [/^failure disk.engine .* → docker system df/]],
    [{ engine: room(2e9) }, [/^warning disk.engine /]],
    [{ engine: undefined, home: undefined }, []],
    [
      { unused: [{ id: 'sha256:1', tags: ['i/claude:0'], assistant: 'claude', size: 2e10 }] },
      [/^warning disk.images 1 older image .*20.0 GB → docker image rm i\/claude:0$/],
    ],
  ])('%#', (facts, found) => {
    expect(judge(facts)).toEqual(found.map((one) => expect.stringMatching(one) as unknown));
  });
});

describe('the network', () => {
  const proxy = (tried: object) => ({
    ...{ variables: ['HTTP_PROXY'], kind: 'place', host: '127.0.0.1', port: 3128 },
    tried,
  });
  const judge = (facts: object): string[] =>
    bad(judgeNetwork({ proxies: [], nameServers: ['1.2.3.4'], ahead: 0, ...facts }));

  it.each<[object, RegExp[]]>([
    [{}, []],
    [{ proxies: [proxy({ kind: 'answers' })] }, []],
    [{ proxies: [proxy({ kind: 'untried' })] }, []],
    [
      { proxies: [proxy({ kind: 'fails', why: 'nothing listens there' })] },
      [
        /^failure network.proxy the proxy 127.0.0.1:3128 \(HTTP_PROXY\) is out of reach: nothing listens there → start the proxy, or unset HTTP_PROXY$/,
      ],
    ],
    [
      { proxies: [{ variables: ['ALL_PROXY'], kind: 'malformed' }] },
      [/^failure network.proxy ALL_PROXY is no address of a proxy → unset ALL_PROXY/],
    ],
    [{ nameServers: [] }, [/^warning network.names .* → cat \/etc\/resolv.conf/]],
    [{ nameServers: undefined, ahead: undefined }, []],
    [{ ahead: 7_200_000 }, [/^warning network.clock the engine’s clock is 2 h ahead of this one/]],
    [{ ahead: -90_000 }, [/^warning network.clock the engine’s clock is 90 s behind this one/]],
  ])('%#', (facts, found) => {
    expect(judge(facts)).toEqual(found.map((one) => expect.stringMatching(one) as unknown));
  });

  it('has registries', () => {
    const fails = { kind: 'fails', why: 'nothing listens there' } as const;
    const all = judgeRegistries({
      npm: { kind: 'set', place: 'r:1', tried: fails },
      apt: [{ place: 'd', tried: { kind: 'untried' } }],
    });
    expect(lines(all)).toEqual([
      'warning registry.npm npm’s registry r:1 is out of reach: nothing listens there → npm config get registry  and check it and the network',
      'skipped registry.apt apt’s mirror d is not on this machine, so it was not tried (--offline)',
    ]);
    for (const kind of ['silent', 'unset'] as const)
      expect(bad(judgeRegistries({ npm: { kind }, apt: [] }))).toEqual([
        expect.stringMatching(/^warning registry.npm .* → npm config get registry/),
      ]);
    expect(bad(judgeRegistries({ npm: { kind: 'missing' }, apt: [] }))).toEqual([]);
  });
});

describe('certificates', () => {
  const now = Date.parse('2026-01-01');
  const aDay = 86_400_000;
  const one = (days: number, from = -1000) => ({
    name: `c${days}`,
    from: now + from * aDay,
    until: now + days * aDay,
  });
  const file = (more: object) => ({
    ...{ by: 'NODE_EXTRA_CA_CERTS' as const, path: '/ca.pem', certificates: [one(99)], broken: 0 },
    ...more,
  });
  it.each<[object, string | undefined]>([
    [{}, undefined],
    [
      { certificates: [one(-5)] },
      'failure ca.NODE_EXTRA_CA_CERTS /ca.pem (NODE_EXTRA_CA_CERTS) has expired: c-5',
    ],
    [{ certificates: [one(-5), one(99)] }, 'warning ca.NODE_EXTRA_CA_CERTS 1 certificate of 2 in'],
    [{ certificates: [one(-5), ...Array.from({ length: 99 }, () => one(99))] }, undefined],
    [
      { certificates: [one(3)] },
      'warning ca.NODE_EXTRA_CA_CERTS /ca.pem (NODE_EXTRA_CA_CERTS) ends within 14 days',
    ],
    [
      { certificates: [one(99, 9)] },
      'failure ca.NODE_EXTRA_CA_CERTS /ca.pem (NODE_EXTRA_CA_CERTS) is not valid yet',
    ],
    [{ certificates: [] }, 'failure ca.NODE_EXTRA_CA_CERTS no certificate is in /ca.pem'],
    [{ broken: 2 }, 'failure ca.NODE_EXTRA_CA_CERTS 2 blocks in'],
    [
      { trouble: 'ENOENT: no such file or directory, open' },
      'warning ca.NODE_EXTRA_CA_CERTS cannot read',
    ],
  ])('%#', (more, found) => {
    const all = bad(judgeCertificates({ files: [file(more)], now }));
    expect(all).toEqual(found === undefined ? [] : [expect.stringContaining(found)]);
    for (const line of all) expect(line).toContain(' → ');
  });

  it('of the setting are named by where it is set', () => {
    const fixOf = (origin: string): string | undefined =>
      judgeCertificates({
        files: [file({ by: 'caCertificates', trouble: 'x', origin })],
        now,
      })[0]?.fix;
    expect(fixOf('/h/.docker-ai-config/config.yaml:3')).toBe('ai config unset caCertificates');
    expect(fixOf('AI_CA_CERTIFICATES')).toBe('unset AI_CA_CERTIFICATES');
    expect(fixOf('/p/.airc:1')).toBe('take caCertificates out of /p/.airc:1');
  });
});

describe('the ssh agent', () => {
  const remotes = [{ user: 'git', host: 'example.org', origin: 'remote origin' }];
  const facts: SshFacts = {
    ...{ isOff: false, agent: { kind: 'keys', count: 2 }, isByVariable: true, remotes },
    ...{ unknown: [], missing: [] },
  };
  const silent = { kind: 'silent', socket: '/s' } as const;
  it.each<[Partial<SshFacts>, RegExp[]]>([
    [{}, []],
    [
      { agent: { kind: 'absent' } },
      [/^warning ssh.agent no ssh agent runs, so nothing logs in at git@example.org → eval/],
    ],
    [{ agent: { kind: 'absent' }, remotes: [] }, []],
    [{ agent: { kind: 'absent' }, isOff: true }, []],
    [{ agent: { kind: 'keys', count: 0 } }, [/^warning ssh.agent .*no keys.* → ssh-add$/]],
    [
      { agent: silent, remotes: [] },
      [/^warning ssh.agent .*does not answer at \/s \(SSH_AUTH_SOCK\).*unset SSH_AUTH_SOCK/],
    ],
    [{ agent: silent, remotes: [], isByVariable: false }, []],
    [{ missing: ['SHA256:x'] }, [/^warning ssh.keys .*SHA256:x → ssh-add FILE/]],
    [
      { unknown: [{ name: 'h', command: 'ssh -T git@h' }] },
      [/^warning ssh.hosts h is not in your known_hosts.* → ssh -T git@h/],
    ],
  ])('%#', (more, found) => {
    const all = bad(judgeSsh({ ...facts, ...more }, 'linux'));
    expect(all).toEqual(found.map((one) => expect.stringMatching(one) as unknown));
  });
});

describe('git', () => {
  const git = { path: '/usr/bin/git', version: '2.39.5' };
  const project = { root: '/p', trouble: undefined };
  it.each<[Parameters<typeof judgeGit>[0], RegExp[]]>([
    [{ git, project }, []],
    [{ git, project: undefined }, []],
    [
      { project: undefined },
      [/^failure git.version git is not on your PATH → sudo apt-get install git/],
    ],
    [{ git: { ...git, version: '2.25.1' }, project }, [/^warning git.version git 2.25.1 is old/]],
    [
      { git: { ...git, version: undefined }, project },
      [/^failure git.version .* → \/usr\/bin\/git --version/],
    ],
    [
      { git, project: { root: '/p', trouble: { kind: 'ownership', directory: '/p q' } } },
      [/^warning git.project .* → git config --global --add safe.directory '\/p q'/],
    ],
    [
      { git, project: { root: '/p', trouble: { kind: 'unwritable', file: '/p/.git/index' } } },
      [/^warning git.project .* → sudo chown -R .* \/p\/.git\/index$/],
    ],
    [
      { git, project: { root: '/p', trouble: { kind: 'other', said: 'fatal: no' } } },
      [/^warning git.project git does not work in \/p: fatal: no → git -C \/p status$/],
    ],
  ])('%#', (facts, found) => {
    const all = bad(judgeGit(facts, 'linux'));
    expect(all).toEqual(found.map((one) => expect.stringMatching(one) as unknown));
  });
});

describe('logins', () => {
  const now = Date.parse('2026-01-01');
  const login = (more: Partial<AssistantLogin> = {}): AssistantLogin => ({
    ...{ name: 'claude', title: 'Claude', isInQuestion: true, state: '/s/claude' },
    ...{
      found: [{ kind: 'account', who: 'me' }],
      unreadable: [],
      damaged: [],
      isRestorable: false,
    },
    ...{ validity: [{ until: now + 7_200_000, renewable: false }], isLoggedOut: false },
    ...{ isLent: false, needs: undefined },
    ...more,
  });
  const judge = (more: Partial<AssistantLogin>, open: { path: string; mode: number }[] = []) =>
    lines(judgeLogins({ assistants: [login(more)], open, now }));
  const modes = 'ok logins.modes what is kept of logins and keys is yours alone to read';

  it.each<[Partial<AssistantLogin>, string[]]>([
    [{}, ['ok logins.claude claude: account me, good for 2 h more']],
    [
      { validity: [{ until: 0, renewable: true }], isLent: true },
      ['ok logins.claude claude: account me, renews itself, on loan to sessions'],
    ],
    [
      { validity: [{ until: 1, renewable: false }] },
      [
        'warning logins.claude claude: account me has expired, and nothing renews it → ai auth login claude',
      ],
    ],
    [{ found: [{ kind: 'variable', name: 'K' }] }, ['ok logins.claude claude: key in K']],
    [
      { damaged: ['/s/claude/a.json'], isRestorable: true },
      [
        'failure logins.claude claude: /s/claude/a.json is damaged: it is no JSON → ai auth restore claude  brings back the version before',
      ],
    ],
    [
      { damaged: ['/s/claude/a.json'] },
      [
        'failure logins.claude claude: /s/claude/a.json is damaged: it is no JSON → ai auth login claude',
      ],
    ],
    [
      { found: [], unreadable: ['/s/x y'] },
      ["failure logins.claude claude: /s/x y cannot be read → ls -ld '/s/x y'"],
    ],
    [{ found: [], isInQuestion: false }, []],
    [
      { found: [] },
      [
        'warning logins.claude claude: there is no login yet → ai auth login claude  or log in in your next session',
      ],
    ],
    [
      { found: [], isLoggedOut: true },
      [
        'warning logins.claude claude: you have logged out → ai auth login claude  or log in in your next session',
      ],
    ],
    [
      { found: [], needs: { variable: 'ZAI_API_KEY', vendor: 'Z' } },
      ['failure logins.claude claude needs an API key of Z → ai secrets set ZAI_API_KEY'],
    ],
  ])('%#', (more, found) => {
    expect(judge(more)).toEqual([...found, modes]);
  });

  it('that others can read are named with the command, and mended', () => {
    const open = [{ path: '/s/a b', mode: 0o644 }];
    const all = judgeLogins({ assistants: [], open, now });
    expect(lines(all)).toEqual([
      "warning logins.modes 1 file with logins or keys can be read by others: /s/a b → chmod 600 '/s/a b'",
    ]);
    expect(all[0]?.mend).toEqual({ kind: 'modes', files: [{ path: '/s/a b', mode: 0o600 }] });
  });
});

describe('settings', () => {
  const problem = { origin: '/h/config.yaml:2:1', key: 'memory', problem: 'must be a size, not x' };
  const file = (state: 'unasked' | 'invalid' | 'refused' | 'trusted') => ({
    ...{ file: '/p/.airc', owner: 'project' as const, isThere: true },
    state,
  });
  const judge = (facts: object): readonly Finding[] =>
    judgeSettings({
      ...{ checked: [{ name: '/h/config.yaml', isFile: true, problems: [] }], files: [] },
      ...{ ignored: [], mistyped: [], trust: 'ai trust', ...facts },
    });

  it('are right', () => {
    expect(lines(judge({}))).toEqual(['ok settings.files 1 settings file, no problems']);
    expect(bad(judge({ files: [file('trusted'), file('refused')] }))).toEqual([]);
  });

  it('are wrong, with the lines that ai config validate prints', () => {
    const [found] = judge({
      checked: [{ name: '/h/config.yaml', isFile: true, problems: [problem] }],
    });
    expect(found).toMatchObject({
      ...{ id: 'settings.files', state: 'failure', fix: 'ai config edit' },
      detail: ['/h/config.yaml:2:1: memory must be a size, not x'],
      code: 'AI_SETTING_INVALID',
    });
  });

  it('wait for trust', () => {
    expect(bad(judge({ files: [file('unasked')] }))).toEqual([
      'warning settings.trust not all of .airc counts until you trust it → ai trust  shows what it would do, and asks',
    ]);
    expect(bad(judge({ files: [file('invalid')] }))).toEqual([
      expect.stringMatching(/^warning settings.trust .* → ai trust --show$/),
    ]);
    expect(bad(judge({ ignored: [{ file: '/p/.airc', why: 'it is a link' }] }))).toEqual([
      'warning settings.ignored /p/.airc is ignored: it is a link → ls -ld /p/.airc',
    ]);
    expect(bad(judge({ mistyped: ['AI_MEMROY is no setting; did you mean AI_MEMORY?'] }))).toEqual([
      'warning settings.variables AI_MEMROY is no setting; did you mean AI_MEMORY? → unset AI_MEMROY',
    ]);
  });
});

describe('the state', () => {
  const facts: StateFacts = {
    ...{ left: [], containers: [], locks: [], isRestoring: false, aside: [], backups: [] },
  };
  const run = {
    id: 'r1',
    assistant: 'claude',
    project: 'p',
    isUnsaved: true,
    elsewhere: undefined,
  };
  it.each<[Partial<StateFacts>, RegExp[]]>([
    [{}, []],
    [{ containers: undefined }, []],
    [
      { left: [run] },
      [/^warning state.runs 1 run was cut off: r1 \(claude\); what it has changed .* → ai clean/],
    ],
    [
      { left: [{ ...run, elsewhere: 'unix:///b' }] },
      [/^warning state.runs .* → ai --host unix:\/\/\/b clean/],
    ],
    [
      { containers: [{ run: 'r', name: 'ai-x' }] },
      [/^warning state.containers 1 container .*ai-x → ai clean$/],
    ],
    [{ locks: ['/l'] }, [/^warning state.locks 1 lock .*\/l → ai doctor --fix$/]],
    [{ isRestoring: true }, [/^warning state.restoration .* → ai doctor --fix/]],
    [
      { aside: ['/s/profiles/work/global_state/claude/a.json.corrupt-1'] },
      [/^warning state.damaged .* → ai auth restore claude --profile work {2}if .*; then rm \/s/],
    ],
    [
      { backups: ['/s/backups/sets/1'] },
      [/^warning state.backups the backup 1 is damaged.* → ai auth backup/],
    ],
    [
      { trust: { path: '/s/trust.json', why: 'no' } },
      [/^warning state.trust .* → mv \/s\/trust.json/],
    ],
  ])('%#', (more, found) => {
    const all = bad(judgeState({ ...facts, ...more }));
    expect(all).toEqual(found.map((one) => expect.stringMatching(one) as unknown));
  });

  it('asks --fix for what the next ai does anyway', () => {
    const all = judgeState({ ...facts, left: [run], locks: ['/l'], isRestoring: true });
    expect(all.flatMap(({ mend }) => mend?.kind ?? [])).toEqual(['runs', 'locks', 'restoration']);
  });
});

describe('versions', () => {
  const facts = {
    ...{ ai: '1', node: '22.0.0', platform: 'linux x64', engine: reached(), native: undefined },
    assistants: [
      { name: 'claude', pinned: '2.0' },
      { name: 'mine', pinned: undefined },
    ],
  };
  it('are told', () => {
    expect(lines(judgeVersions(facts))).toEqual([
      'ok versions.ai ai 1 (linux x64)',
      'ok versions.node Node 22.0.0',
      'ok versions.engine Docker Engine 20.10.24',
      'ok versions.assistants claude 2.0',
    ]);
  });

  it('may be too old, or missing', () => {
    expect(bad(judgeVersions({ ...facts, node: '18.20.1' }))).toEqual([
      'failure versions.node Node 18.20.1 is too old → install Node 20 or newer',
    ]);
    const native = { name: 'claude', program: { kind: 'missing' as const }, package: 'c' };
    expect(bad(judgeVersions({ ...facts, native }))).toEqual([
      expect.stringMatching(/^warning versions.native .* → ai --native --yes claude/),
    ]);
  });
});
