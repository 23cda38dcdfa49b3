// Models of providers in runs on the host itself: straight to the address, with a state and a key that are no vendor's.

import { describe, expect, it } from 'vitest';
import { assistants } from '../../../src/assistants/registry.ts';
import type { BuiltInName } from '../../../src/base/assistant-definition.ts';
import type { NativeFacts } from '../../../src/plan/native-facts.ts';
import { buildNativePlan, type NativePlan } from '../../../src/plan/native-plan.ts';
import { defaultSettings, plainRequest } from '../../support/build-facts.ts';

type Environment = Readonly<Record<string, string>>;

function planOf(name: BuiltInName, environment: Environment = {}, model = 'ollama:m'): NativePlan {
  const facts: NativeFacts = {
    request: { ...plainRequest, assistant: name },
    assistant: assistants[name],
    settings: { ...defaultSettings, model },
    directory: '/p',
    host: { environment },
    secrets: {},
    endpoints: [],
    state: { directory: '/s', global: '/s/global_state' },
    terminal: { stdin: true, stdout: true, rows: 0, columns: 0 },
    audited: { run: 'deadbeef', assistant: 'claude', project: '/home/ann/app' },
    machine: { platform: 'linux', arch: 'x64', nodeVersion: '22.1.0', nodePath: '/usr/bin/node' },
    program: { kind: 'own', path: '/bin/it' },
  };
  return buildNativePlan(facts);
}

const setIn = ({ environment }: NativePlan): Record<string, string> =>
  Object.fromEntries(environment.set.map(({ name, value }) => [name, value]));

describe('a model of Ollama on the host itself', () => {
  it.each<[BuiltInName, Environment]>([
    [
      'claude',
      {
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:11434',
        CLAUDE_CONFIG_DIR: '/s/native/state/claude@127.0.0.1_11434/.claude',
      },
    ],
    ['codex', { CODEX_HOME: '/s/native/state/codex@127.0.0.1_11434/.codex' }],
    ['opencode', { OPENCODE_PROVIDER_KEY: 'local' }],
    [
      'qwen',
      {
        OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1',
        QWEN_HOME: '/s/native/state/qwen@127.0.0.1_11434/.qwen',
      },
    ],
    ['copilot', { COPILOT_PROVIDER_BASE_URL: 'http://127.0.0.1:11434/v1' }],
  ])('%s goes there by itself', (name, variables) => {
    const plan = planOf(name);
    expect(setIn(plan)).toMatchObject(variables);
    expect(plan).toMatchObject({
      state: { home: `/s/native/state/${name}@127.0.0.1_11434` },
      model: { provider: 'ollama', name: 'm', reason: 'setting model' },
    });
    expect(plan.command.argv.join(' ')).toMatch(/^\/bin\/it --model (ollama\/)?m/);
  });

  it('codex is told by its command line, since nothing is written into the machine’s own files', () => {
    expect(planOf('codex').command.argv).toContain('model_provider = "ai-ollama"');
  });

  it.each(['claude', 'codex', 'opencode', 'qwen', 'copilot'] as const)(
    '%s keeps nothing that is a vendor’s',
    (name) => {
      const { hostVariables, providers } = assistants[name];
      const names = [
        ...hostVariables.filter(({ anywhere }) => !anywhere).map((known) => known.name),
        ...(providers?.diverting ?? []).map((pattern) => pattern.replace('*', 'X')),
      ];
      const all = Object.fromEntries(names.map((one) => [one, 'of-a-vendor']));
      const plan = planOf(name, { ...all, PATH: '/bin' });
      const gone = plan.environment.unset.map((one) => one.name);
      for (const variable of Object.keys(all))
        expect(setIn(plan)[variable] ?? gone.includes(variable)).not.toBe('of-a-vendor');
      expect(
        Object.keys(all).filter((one) => !gone.includes(one) && !(one in setIn(plan))),
      ).toEqual([]);
      expect(gone).not.toContain('PATH');
    },
  );

  it('opencode still knows what the user forbids it', () => {
    const { environment } = planOf('opencode', { OPENCODE_PERMISSION: '{}' });
    expect(environment.unset.map(({ name }) => name)).not.toContain('OPENCODE_PERMISSION');
  });

  it('goes past a proxy', () => {
    const plan = planOf('claude', { https_proxy: 'http://p', NO_PROXY: 'x' });
    expect(setIn(plan)).toMatchObject({ NO_PROXY: 'x,127.0.0.1', no_proxy: 'x,127.0.0.1' });
  });

  it('is where OLLAMA_HOST says, and the name of a container’s host is this machine', () => {
    const environment = { OLLAMA_HOST: 'host.docker.internal:9' };
    expect(setIn(planOf('claude', environment))['ANTHROPIC_BASE_URL']).toBe('http://127.0.0.1:9');
  });
});
