// The whole plan, and its two printed forms.

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { planAsData, printAsDockerRun } from '../../../src/plan/print.ts';
import type { RunPlan } from '../../../src/plan/run-plan.ts';
import { version } from '../../../src/base/version.ts';
import { buildFacts, plainRequest, type FactsInput } from '../../support/build-facts.ts';
import { oddNames, parseCsvLine } from '../../support/odd-names.ts';

const plan = (input: FactsInput = {}): RunPlan => buildPlan(buildFacts(input));

const everything: FactsInput = {
  request: { ...plainRequest, prompt: { text: 'hi', headless: true } },
  settings: {
    root: true,
    memory: 1024,
    cpus: 2,
    timeout: 60,
    publish: ['3000'],
    network: 'open',
    env: { A: '1', MY_TOKEN: 'hush' },
  },
  project: { owner: { uid: 1000, gid: 998 } },
  host: {
    timeZone: 'UTC',
    caFiles: ['/ca.pem'],
    environment: { HTTP_PROXY: 'http://u:hush@p', ANTHROPIC_API_KEY: 'hush' },
  },
  mounts: [
    { source: '/data', target: '/workspace/app/data', readOnly: true, kind: 'directory', gid: 27 },
  ],
};

describe('a plan', () => {
  it('gives a reason for everything', () => {
    const unexplained: string[] = [];
    const visit = (value: unknown, where: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('reason' in value && !/\S/.test(String(value.reason))) unexplained.push(where);
      for (const [key, inner] of Object.entries(value)) visit(inner, `${where}.${key}`);
    };
    for (const input of [{}, everything]) visit(plan(input), 'plan');
    expect(unexplained).toEqual([]);
  });

  it.each([{}, everything])('is plain data that survives JSON', (input) => {
    const made = plan(input);
    expect(JSON.parse(JSON.stringify(made))).toStrictEqual(made);
  });

  it('is the same for the same facts', () => {
    expect(plan(everything)).toEqual(plan(everything));
  });

  it('mounts project, home, logins, conversations and accounts, outermost first', () => {
    const { mounts, workingDirectory } = plan();
    const state = '/home/ann/.docker-ai-config';
    expect(
      mounts.map(({ source, target, readOnly }) => `${source} ${target}${readOnly ? ' ro' : ''}`),
    ).toEqual([
      '/home/ann/app /workspace/app',
      `${state}/runs/deadbeef/home /home/ai`,
      `${state}/runs/deadbeef/passwd /etc/passwd ro`,
      `${state}/runs/deadbeef/group /etc/group ro`,
      `${state}/runs/deadbeef/sock /run/ai-sock ro`,
      `${state}/live/default/claude/1000 /home/ai/.shared-login`,
      ...['projects', 'file-history', 'tasks', 'todos', 'plans', 'paste-cache', 'image-cache'].map(
        (part) => `${state}/projects/app-0123456789ab/claude/${part} /home/ai/.claude/${part}`,
      ),
    ]);
    expect(workingDirectory.path).toBe('/workspace/app');
  });

  it('has every mount’s place made before the engine would', () => {
    const { mounts, prepare } = plan(everything);
    const made = prepare.create.map(({ path }) => path);
    for (const { role, kind, source } of mounts)
      if (kind === 'directory' && (role === 'state' || role === 'run'))
        expect(made).toContain(source);
    expect(made).toContain('/home/ann/app/data');
    expect(made).toContain('/home/ann/.docker-ai-config/runs/deadbeef/home/.claude/projects');
    const shared = plan().prepare.create.map(({ path }) => path);
    expect(shared).toContain('/home/ann/.docker-ai-config/runs/deadbeef/home/.shared-login');
  });

  it('drops everything, and adds only what --root says', () => {
    expect(plan().security).toMatchObject({ capAdd: [], noNewPrivileges: true });
    expect(plan({ settings: { root: true } }).security).toMatchObject({
      capAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETUID', 'SETGID'],
      noNewPrivileges: true,
    });
  });

  const root = { uid: 0, gid: 0, userName: 'root' };
  it.each<[string, FactsInput, boolean]>([
    ['a user', {}, false],
    ['a user with --root', { settings: { root: true } }, true],
    [
      'root in its own project with --root',
      { host: root, project: { owner: root }, settings: { root: true } },
      false,
    ],
    ['root in another’s project with --root', { host: root, settings: { root: true } }, true],
  ])('of %s gives files back: %s', (_who, input, gives) => {
    const { giveBack, create } = plan(input).prepare;
    expect(giveBack !== undefined).toBe(gives);
    if (giveBack) {
      expect(giveBack.owner).toMatchObject({ uid: 1000, gid: 1000 });
      expect(giveBack.paths).toContain('/workspace/app');
      expect(giveBack.paths).toContain('/home/ai');
      expect(create.every((item) => item.owner.uid === 1000)).toBe(true);
    }
  });

  it('gives back nothing that is mounted read-only', () => {
    expect(plan(everything).prepare.giveBack?.paths).not.toContain('/workspace/app/data');
  });

  it.each([
    ['app', 'ai-app-claude-deadbeef'],
    ['My App (2)', 'ai-My-App-2-claude-deadbeef'],
    ['.dot', 'ai-dot-claude-deadbeef'],
    ['日本', 'ai-claude-deadbeef'],
    ['', 'ai-claude-deadbeef'],
    ['x'.repeat(100), `ai-${'x'.repeat(40)}-claude-deadbeef`],
  ])('for the project “%s” is called %s', (name, expected) => {
    const made = plan({ project: { name } });
    expect(made.run.name).toBe(expected);
    expect(made.run.name).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/);
  });

  it('labels the run', () => {
    expect(plan().labels).toEqual({
      'ai.run': 'deadbeef',
      'ai.owner': 'feedfacefeedface',
      'ai.assistant': 'claude',
      'ai.project': '/home/ann/app',
      'ai.version': version,
    });
  });

  it('says that the host’s network is open', () => {
    expect(plan().notes).toEqual([]);
    expect(plan({ settings: { network: 'host' } }).notes.join()).toContain(
      'every port of this machine',
    );
  });

  it('is refused where a mount of the user’s hides ours', () => {
    const mounts = [
      {
        source: '/x',
        target: '/home/ai/.claude',
        readOnly: false,
        kind: 'directory' as const,
        gid: 0,
      },
    ];
    expect(() => plan({ mounts })).toThrow(
      expect.objectContaining({ code: 'AI_MOUNT_INVALID' }) as Error,
    );
  });
});

describe('the docker line', () => {
  const line = (input: FactsInput = {}): string => printAsDockerRun(plan(input)).line;

  it('of an ordinary session', () => {
    expect(line()).toBe(
      [
        'docker run --rm -it --init --name ai-app-claude-deadbeef --hostname ai --user 1000:1000',
        '--cap-drop ALL --log-driver none --security-opt no-new-privileges --pids-limit 4096',
        '--cpu-shares 1024 --read-only --volume /tmp --volume /var/tmp',
        '--tmpfs /run/lock:exec,nosuid,nodev,mode=1777,size=5m',
        '--tmpfs /home/ai:exec,mode=0700,uid=1000,gid=1000',
        '--mount type=bind,source=/home/ann/app,target=/workspace/app --workdir /workspace/app',
        '--env HOME=/home/ai --env USER=ann --env LANG=C.UTF-8 --env TERM=xterm-256color',
        '--env DISABLE_AUTOUPDATER=1 --env CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1',
        '--env CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL=1 --env IS_SANDBOX=1',
        '--env CLAUDE_CONFIG_DIR=/home/ai/.claude',
        '--label ai.run=deadbeef --label ai.owner=feedfacefeedface --label ai.assistant=claude',
        `--label ai.project=/home/ann/app --label ai.version=${version}`,
        '--entrypoint /opt/ai/start --health-cmd true --health-interval 300s ai/claude:1 claude',
      ].join(' '),
    );
  });

  it('of one with everything', () => {
    const all = line(everything);
    for (const part of [
      'docker run --rm -it --init',
      '--user 0:0 --cap-drop ALL --cap-add CHOWN',
      '--memory 1024 --memory-swap 1024 --cpu-shares 1024 --cpus 2 --publish 127.0.0.1:3000:3000/tcp',
      '--mount type=bind,source=/data,target=/workspace/app/data,readonly',
      '--env HTTP_PROXY --env http_proxy',
      '--env ANTHROPIC_API_KEY ',
      '--env A=1 --env MY_TOKEN ',
      'ai/claude:1 claude -p -- hi',
    ])
      expect(all).toContain(part);
  });

  it.each<[string, FactsInput, string]>([
    [
      'a variable',
      { host: { environment: { ZAI_API_KEY: 'k' } } },
      '^ANTHROPIC_AUTH_TOKEN="\\$ZAI_API_KEY" docker run ',
    ],
    [
      'a file',
      { secrets: { zai_key: 'k' } },
      '^ANTHROPIC_AUTH_TOKEN="\\$\\(cat /home/ann/.docker-ai-config/global_state/secrets/zai_key\\)" docker run ',
    ],
  ])('takes a key of another name from %s, not what the caller has there', (_, input, expected) => {
    const all = line({ ...input, request: { ...plainRequest, assistant: 'glm' } });
    expect(all).toMatch(new RegExp(expected));
    expect(all).toContain(' --env ANTHROPIC_AUTH_TOKEN ');
  });

  it('covers a secret in an assistant’s defaults too', () => {
    const data = JSON.stringify(
      planAsData(
        plan({
          request: { ...plainRequest, assistant: 'codex' },
          host: {
            environment: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'https://u:hidden@x.example/v1' },
          },
        }),
      ),
    );
    expect(data).toContain('model_providers');
    expect(data).not.toContain('hidden');
  });

  it('keeps the host’s name with the host’s network', () => {
    expect(line({ settings: { network: 'host' } })).not.toContain('--hostname');
  });

  it('of one with groups', () => {
    const grouped = { ...everything, settings: {} };
    expect(line(grouped)).toContain(
      '--user 1000:1000 --group-add 998 --group-add 27 --cap-drop ALL',
    );
  });

  it.each<[string, FactsInput['terminal'], string]>([
    ['both', {}, '--rm -it --init'],
    ['a pipe into it', { stdin: false }, '--rm -i --init'],
    ['none, headless', { stdout: false }, '--rm --init'],
  ])('with %s at a terminal', (_what, terminal, expected) => {
    const request = { ...plainRequest, prompt: { text: 'x', headless: true } };
    expect(line({ request, ...(terminal && { terminal }) })).toContain(expected);
  });

  it('and the data hold no secret, and say what they leave out', () => {
    const made = plan(everything);
    const { line: text, leftOut } = printAsDockerRun(made);
    expect(JSON.stringify(made)).toContain('hush');
    expect(text).not.toContain('hush');
    expect(JSON.stringify(planAsData(made))).not.toContain('hush');
    expect(JSON.stringify(planAsData(made))).toContain('"value":"***"');
    expect(leftOut.join()).toContain('MY_TOKEN');
    expect(leftOut.join()).toContain('60 s');
    expect(leftOut.join()).not.toContain('hush');
  });

  it('mentions nothing that is made only for the run', () => {
    expect(line({ host: { caFiles: ['/ca.pem'] } })).not.toMatch(
      /runs\/deadbeef|global_state|\/run\/ai/,
    );
  });

  /** What docker would be called with, by the word of a real bash in which docker is a function. */
  function argumentsInBash(text: string): string[] {
    const script = `docker() { printf '%s\\0' "$@"; }\n${text}\n`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
  }

  it.each(oddNames)('comes back from bash for a project called %j', (name) => {
    const root = `/home/ann/${name}`;
    const request = { ...plainRequest, arguments: [name, '', '--', `$(${name})`] };
    const text = line({
      request,
      project: { name, root, directory: `${root}/sub` },
      settings: { env: { ODD: name } },
    });
    expect(text).not.toContain('\n');
    const words = argumentsInBash(text);
    expect(words.slice(-5)).toEqual(['claude', ...request.arguments]);
    expect(words).toContain(`ODD=${name}`);
    expect(words).toContain(`ai.project=${root}`);
    const mount = parseCsvLine(words[words.indexOf('--mount') + 1]!);
    expect(mount).toEqual(['type=bind', `source=${root}`, 'target=/workspace']);
  });
});
