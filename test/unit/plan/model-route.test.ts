// Models of providers: which names are one, where they lead, and what of the user's never gets there.

import { describe, expect, it } from 'vitest';
import { assistants, assistantsOf } from '../../../src/assistants/registry.ts';
import {
  builtInNames,
  type AssistantDefinition,
  type BuiltInName,
} from '../../../src/base/assistant-definition.ts';
import { AiError } from '../../../src/base/errors.ts';
import { toContainer } from '../../../src/engines/docker/to-container.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { planAsData, printAsDockerRun } from '../../../src/plan/print.ts';
import {
  baseUrlFor,
  hostUrl,
  insideUrl,
  localPlace,
  nameInside,
  ollamaUrl,
  stateHost,
} from '../../../src/plan/provider-url.ts';
import type { RunPlan } from '../../../src/plan/run-plan.ts';
import { builtInProviders, type Provider } from '../../../src/settings/providers.ts';
import { buildFacts, plainRequest, type FactsInput } from '../../support/build-facts.ts';

type Input = Omit<FactsInput, 'assistant'> & {
  model?: string;
  work?: Provider;
  assistant?: BuiltInName;
  /** An own assistant `own`, which is asked for. */
  own?: AssistantDefinition;
  environment?: Record<string, string>;
};

/** With a provider `work` beside the built-in ones. */
function planOf(input: Input): RunPlan {
  const { model, work, own, assistant = 'claude', environment, ...rest } = input;
  const providers = { ...builtInProviders, ...(work && { work }) };
  const definitions = rest.settings?.assistants ?? (own ? { own } : {});
  const name = own ? 'own' : assistant;
  return buildPlan(
    buildFacts({
      request: { ...plainRequest, assistant: name },
      ...rest,
      assistant: assistantsOf(definitions).get(name)!,
      ...(environment && { host: { environment } }),
      settings: {
        ...rest.settings,
        ...{ model, assistants: definitions },
        providers: rest.settings?.providers ?? providers,
      },
    }),
  );
}

function problemOf(input: Input): string {
  try {
    planOf(input);
  } catch (error) {
    if (error instanceof AiError) return `${error.code}: ${JSON.stringify(error.facts)}`;
    throw error;
  }
  return '';
}

const variablesOf = ({ environment }: RunPlan): Record<string, string> =>
  Object.fromEntries(environment.map(({ name, value }) => [name, value]));

describe('the name of a model', () => {
  it.each([
    ['ollama:qwen3', 'ollama', 'qwen3'],
    ['ollama:qwen3:8b', 'ollama', 'qwen3:8b'],
    ['lmstudio:a/b', 'lmstudio', 'a/b'],
    ['work:x', 'work', 'x'],
  ])('%s is of a provider', (model, provider, name) => {
    const work = { url: 'http://127.0.0.1:8000', api: 'both' } as const;
    const plan = planOf({ model, work });
    expect(plan.model).toMatchObject({ provider, name });
    expect(plan.command.argv).toEqual(['claude', '--model', name]);
  });

  it.each(['opus', 'qwen3:8b', 'ollama/qwen3', 'constructor:x', ':x', 'other:x'])(
    '%s is the assistant’s own',
    (model) => {
      const plan = planOf({ model });
      expect(plan).not.toHaveProperty('model');
      expect(plan).toMatchObject({ hostPorts: [], notes: [], state: { name: 'claude' } });
      expect(plan.command.argv).toEqual(['claude', '--model', model]);
    },
  );

  it.each(['olama:qwen3:8b', 'Ollama:qwen3:8b', 'lmstduio:qwen3:8b'])(
    '%s looks like a slip, and is passed on with a word',
    (model) => {
      const { notes, command } = planOf({ model });
      expect(notes).toEqual([expect.stringMatching(/did you mean (ollama|lmstudio):qwen3:8b\?/)]);
      expect(command.argv).toContain(model);
    },
  );

  it('that is empty is a mistake', () => {
    expect(problemOf({ model: 'ollama:' })).toMatch(/AI_USAGE.*names no model/);
  });

  it('does not matter to a log-in', () => {
    const signIn = { command: ['claude', 'auth', 'login'] };
    const plan = planOf({
      model: 'ollama:x',
      request: { kind: 'login', assistant: 'claude', signIn },
    });
    expect(plan).toMatchObject({ hostPorts: [], state: { name: 'claude' } });
  });
});

describe('an address', () => {
  it.each([
    ['http://127.0.0.1:11434', '127.0.0.1', 11434],
    ['http://127.0.0.9', '127.0.0.9', 80],
    ['https://localhost', 'localhost', 443],
    ['http://LOCALHOST:1', 'localhost', 1],
    ['http://[::1]:8', '::1', 8],
    ['http://[::]:8', 'localhost', 8],
    ['http://0.0.0.0:8', 'localhost', 8],
    ['http://host.docker.internal:8/v1', 'localhost', 8],
    // How URLs write numbers out.
    ['http://2130706433:8', '127.0.0.1', 8],
    ['http://127.1:8', '127.0.0.1', 8],
    ['http://localhost.:8', 'localhost', 8],
    ['http://models.localhost:8', 'localhost', 8],
    ['http://a.b.LocalHost.:8', 'localhost', 8],
    ['http://[::ffff:127.0.0.1]:8', '127.0.0.1', 8],
    ['http://[::ffff:7f01:203]:8', '127.1.2.3', 8],
  ])('%s is on this machine', (url, host, port) => {
    expect(localPlace(new URL(url))).toEqual({ host, port });
  });

  it.each([
    'http://192.168.1.2:11434',
    'https://models.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://notlocalhost',
    'http://host.docker.internal.example',
    'http://[::ffff:10.0.0.1]',
  ])('%s is not', (url) => {
    expect(localPlace(new URL(url))).toBeUndefined();
  });

  it.each([
    ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000'],
    ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000'],
    ['http://127.0.0.1:8000/v1/', 'http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000'],
    ['https://a.example/api/v3', 'https://a.example/api/v3', 'https://a.example/api/v3'],
    ['https://a.example/x/v1', 'https://a.example/x/v1', 'https://a.example/x'],
  ])('%s is %s for OpenAI’s clients, %s for Anthropic’s', (url, openai, anthropic) => {
    expect(baseUrlFor('openai', new URL(url))).toBe(openai);
    expect(baseUrlFor('anthropic', new URL(url))).toBe(anthropic);
  });

  it.each([
    ['http://[::1]:8/x', 'http://127.0.0.1:8/x', 'http://[::1]:8/x'],
    ['http://localhost:8/', 'http://127.0.0.1:8/', 'http://localhost:8/'],
    // The certificate is for the name.
    ['https://localhost:8/', 'https://localhost:8/', 'https://localhost:8/'],
    ['http://0.0.0.0:8/', 'http://127.0.0.1:8/', 'http://127.0.0.1:8/'],
    ['http://host.docker.internal:8/', 'http://127.0.0.1:8/', 'http://127.0.0.1:8/'],
    ['http://localhost.:8/', 'http://127.0.0.1:8/', 'http://localhost:8/'],
    ['http://[::ffff:127.0.0.1]:8/', 'http://127.0.0.1:8/', 'http://[::ffff:7f00:1]:8/'],
    ['https://localhost.:8/', 'https://localhost:8/', 'https://localhost:8/'],
  ])('%s is %s inside and %s outside', (url, inside, outside) => {
    expect(insideUrl(new URL(url)).href).toBe(inside);
    expect(hostUrl(new URL(url)).href).toBe(outside);
    expect(nameInside(new URL(url))).toBeUndefined();
  });

  // Certificates are for names, and so are the places that one server has at one port.
  it.each([
    ['https://host.docker.internal:8/', 'host.docker.internal'],
    ['http://models.localhost:8/', 'models.localhost'],
    ['https://models.localhost:8/', 'models.localhost'],
  ])('%s keeps its name, which means the loopback inside', (url, name) => {
    expect([insideUrl(new URL(url)).href, hostUrl(new URL(url)).href]).toEqual([url, url]);
    expect(nameInside(new URL(url))).toBe(name);
    const plan = planOf({ model: 'work:m', work: { url, api: 'both' } });
    expect(plan.hostPorts).toMatchObject([{ host: 'localhost', hostPort: 8, name }]);
    expect(toContainer(plan, { inside: '/i' })).toMatchObject({
      HostConfig: { ExtraHosts: [`${name}:127.0.0.1`] },
    });
    expect(plan.state.name).toBe('claude@127.0.0.1_8');
    const environment = { HTTPS_PROXY: 'http://p:1' };
    const { NO_PROXY } = variablesOf(
      planOf({ model: 'work:m', work: { url, api: 'both' }, environment }),
    );
    expect(NO_PROXY).toBe(name);
  });

  it.each([
    ['localhost', '127.0.0.1:8'],
    ['::1', '[::1]:8'],
    ['127.0.0.2', '127.0.0.2:8'],
  ])('of a state at %s is %s', (host, name) => {
    expect(stateHost({ host, port: 8 })).toBe(name);
  });

  it.each([
    ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['0.0.0.0', 'http://0.0.0.0:11434'],
    [':5000', 'http://127.0.0.1:5000'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['[::1]', 'http://[::1]:11434'],
    ['gpu.example', 'http://gpu.example:11434'],
    ['http://gpu.example', 'http://gpu.example:80'],
    ['https://gpu.example/ollama', 'https://gpu.example:443/ollama'],
    ['a b', undefined],
    ['ftp://x:1', undefined],
    ['127.0.0.1:99999', undefined],
    ['127.0.0.1:0', undefined],
    [':0', undefined],
  ])('OLLAMA_HOST=%s means %s', (text, url) => {
    expect(ollamaUrl(text)).toBe(url);
  });
});

describe('the way to a model', () => {
  it('on loopback is a port inside, and a socket that is mounted', () => {
    const plan = planOf({ model: 'ollama:m' });
    expect(plan.hostPorts).toEqual([
      { port: 11434, host: '127.0.0.1', hostPort: 11434, reason: 'model ollama:m' },
    ]);
    expect(plan.mounts).toContainEqual(
      expect.objectContaining({ target: '/run/ai-sock', readOnly: true, role: 'run' }),
    );
    const body = toContainer(plan, { inside: '/i' }) as { Env: string[] };
    expect(body.Env).toContain('AI_PORTS=11434');
    expect(printAsDockerRun(plan).leftOut).toContain('the tunnel to 127.0.0.1:11434');
  });

  it('is relayed where the engine shares no sockets, beside the agent', () => {
    const plan = planOf({
      model: 'ollama:m',
      engine: { sharesSockets: false },
      ssh: { remotes: [{ host: 'h', origin: 'remote' }] },
    });
    expect(plan.mounts.map(({ target }) => target)).not.toContain('/run/ai-sock');
    const body = toContainer(plan, { inside: '/i' }) as { Env: string[]; HostConfig: object };
    expect(body.Env).toContain('AI_AWAIT=/run/ai-sock/agent /run/ai-sock/port-11434');
    expect(body.HostConfig).toHaveProperty('Tmpfs');
    expect(plan.prepare.create.filter(({ path }) => path.endsWith('/sock'))).toHaveLength(1);
  });

  it('shares one mount with the agent', () => {
    const plan = planOf({ model: 'ollama:m', ssh: { remotes: [{ host: 'h', origin: 'r' }] } });
    expect(plan.mounts.filter(({ target }) => target === '/run/ai-sock')).toHaveLength(1);
  });

  it('needs no tunnel in the host’s network', () => {
    const plan = planOf({ model: 'ollama:m', settings: { network: 'host' } });
    expect(plan.hostPorts).toEqual([]);
    expect(variablesOf(plan)['ANTHROPIC_BASE_URL']).toBe('http://127.0.0.1:11434');
  });

  it('elsewhere is as usual, and none without a network', () => {
    const work = { url: 'https://models.example.com/x', api: 'anthropic' } as const;
    const plan = planOf({ model: 'work:m', work });
    expect(plan).toMatchObject({ hostPorts: [], state: { name: 'claude@models.example.com' } });
    expect(variablesOf(plan)['ANTHROPIC_BASE_URL']).toBe('https://models.example.com/x');
    const settings = { network: 'none' } as const;
    expect(problemOf({ model: 'work:m', work, settings })).toMatch(/AI_USAGE.*network none/);
    expect(problemOf({ model: 'ollama:m', settings })).toBe('');
  });

  it.each([
    ['localhost:7', { url: 'http://localhost:7' }, 'localhost', 7],
    ['0.0.0.0:9', { url: builtInProviders.ollama.url }, 'localhost', 9],
    ['gpu:9', { url: 'http://127.0.0.1:7' }, '127.0.0.1', 7],
  ])('goes where OLLAMA_HOST says (%s), unless the settings do (%j)', (value, own, host, port) => {
    const ollama = { ...builtInProviders.ollama, ...own };
    const plan = planOf({
      model: 'ollama:m',
      environment: { OLLAMA_HOST: value },
      settings: { model: 'ollama:m', providers: { ollama } },
    });
    expect(plan.hostPorts).toMatchObject([{ host, hostPort: port }]);
  });

  it.each<[string, Input, RegExp]>([
    ['without an address', { work: { api: 'both' } }, /no address/],
    [
      'that Claude does not speak',
      { work: { url: 'http://a' } },
      /Claude Code cannot be sent to work \(API openai\); codex, opencode, qwen, copilot can/,
    ],
    [
      'from gemini',
      { assistant: 'gemini', model: 'ollama:x' },
      /Gemini CLI cannot be sent to ollama \(API openai or anthropic\); claude, codex, opencode.*"ai -a claude --model ollama:x"/,
    ],
    ['from glm', { assistant: 'glm', model: 'ollama:x' }, /GLM cannot be.*claude, codex, opencode/],
    [
      'from an own assistant that nobody has told how',
      { own: { image: 'i' }, model: 'ollama:x' },
      /own cannot be sent to ollama .*: assistants\.own\.provider\.openai is not set; claude, .*"set assistants\.own\.provider\.openai to .*\{url\}/,
    ],
    [
      'from an own assistant that was told of the other API',
      {
        own: { image: 'i', provider: { openai: { A: '{url}' } } },
        work: { url: 'http://a', api: 'anthropic' },
      },
      /assistants\.own\.provider\.anthropic is not set; claude, opencode, copilot can/,
    ],
    [
      'from gemini, when own assistants could',
      {
        assistant: 'gemini',
        work: { url: 'http://a', api: 'anthropic' },
        settings: {
          assistants: {
            codex: { provider: { anthropic: { A: '{url}' } } },
            mine: { image: 'i', provider: { anthropic: { A: '{url}' } } },
          },
        },
      },
      /claude, codex, opencode, copilot, mine can/,
    ],
    ['whose place is nonsense', { model: 'ollama:x', environment: { OLLAMA_HOST: 'a b' } }, /a b/],
    [
      'from a project that leads elsewhere',
      { model: 'ollama:x', endpoints: [{ name: 'ANTHROPIC_BASE_URL', value: 'http://evil' }] },
      /own settings/,
    ],
    [
      'from a project that names another cloud',
      { model: 'ollama:x', endpoints: [{ name: 'CLAUDE_CODE_USE_BEDROCK', value: '1' }] },
      /own settings for Claude Code set CLAUDE_CODE_USE_BEDROCK, which comes before/,
    ],
  ])('is a mistake %s', (_what, input, words) => {
    expect(problemOf({ model: 'work:m', ...input })).toMatch(words);
  });

  it('does not lead through a proxy', () => {
    const environment = { HTTP_PROXY: 'http://p:1', no_proxy: 'a.example' };
    for (const input of [{ environment }, { settings: { env: environment } }]) {
      const { NO_PROXY, no_proxy } = variablesOf(planOf({ model: 'ollama:m', ...input }));
      expect([NO_PROXY, no_proxy]).toEqual(Array(2).fill('a.example,127.0.0.1'));
    }
    expect(variablesOf(planOf({ model: 'ollama:m' }))).not.toHaveProperty('NO_PROXY');
  });
});

describe('the key of a provider', () => {
  const work = { url: 'http://127.0.0.1:8', api: 'both', key: 'WORK_KEY' } as const;
  const key = 'w0rk-key';

  it.each<[string, Input, object]>([
    ['a variable', { environment: { WORK_KEY: key } }, { variable: 'WORK_KEY' }],
    [
      'a file',
      { secrets: { WORK_KEY: key } },
      { file: '/home/ann/.docker-ai-config/global_state/secrets/WORK_KEY' },
    ],
  ])('comes from %s, and is shown nowhere', (_what, input, from) => {
    for (const assistant of ['claude', 'codex', 'opencode', 'qwen', 'copilot'] as const) {
      const plan = planOf({ model: 'work:m', work, assistant, ...input });
      const holders = plan.environment.filter(({ value }) => value.includes(key));
      expect(holders).toMatchObject([{ secret: true, from, value: key }]);
      const shown = [
        JSON.stringify(planAsData(plan)),
        JSON.stringify(printAsDockerRun(plan)),
        JSON.stringify(toContainer(plan, { inside: '/i' })),
      ];
      for (const text of shown) expect(text).not.toContain(key);
    }
  });

  it('is covered where it stands, and nothing else is', () => {
    const secrets = (key: string): readonly string[] =>
      planOf({ model: 'work:m', work, environment: { WORK_KEY: key } })
        .environment.filter(({ secret }) => secret)
        .map(({ name }) => name);
    for (const short of ['m', '0', 'http'])
      expect(secrets(short)).toEqual(['ANTHROPIC_AUTH_TOKEN']);
    // What a command is to print is not known in a preview.
    const plan = planOf({ model: 'work:m', work, secrets: { WORK_KEY: 'command:pass show x' } });
    expect(plan.environment.filter(({ secret }) => secret)).toMatchObject([
      { name: 'ANTHROPIC_AUTH_TOKEN', value: '', from: { command: 'pass show x' } },
    ]);
    expect(printAsDockerRun(plan).line).toContain('ANTHROPIC_MODEL=m');
    const own = {
      image: 'i',
      provider: { openai: { A: 'Bearer {key}', B: '{url}', C: '{model}' } },
    };
    const ofOwn = planOf({ model: 'work:k', work, own, environment: { WORK_KEY: 'k' } });
    expect(ofOwn.environment.filter(({ secret }) => secret)).toMatchObject([{ name: 'A' }]);
  });

  it('that is nowhere is asked for', () => {
    expect(problemOf({ model: 'work:m', work })).toMatch(/AI_KEY_MISSING.*"WORK_KEY"/);
  });
});

describe('each assistant’s own way', () => {
  const able = builtInNames.filter((name) => assistants[name].providers !== undefined);

  it.each<[BuiltInName, Record<string, string>, readonly string[]]>([
    [
      'claude',
      {
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:11434',
        ANTHROPIC_AUTH_TOKEN: 'local',
        ANTHROPIC_MODEL: 'm:1',
        ANTHROPIC_DEFAULT_OPUS_MODEL: 'm:1',
        ANTHROPIC_DEFAULT_SONNET_MODEL: 'm:1',
        ANTHROPIC_DEFAULT_HAIKU_MODEL: 'm:1',
      },
      ['--model', 'm:1'],
    ],
    [
      'codex',
      { CODEX_PROVIDER_KEY: 'local' },
      [
        ...['--model', 'm:1', '-c', 'model_provider = "ai-ollama"', '-c', 'model = "m:1"'],
        ...['-c', 'model_providers.ai-ollama.name = "ollama"'],
        ...['-c', 'model_providers.ai-ollama.base_url = "http://127.0.0.1:11434/v1"'],
        ...['-c', 'model_providers.ai-ollama.env_key = "CODEX_PROVIDER_KEY"'],
        ...['-c', 'model_providers.ai-ollama.wire_api = "responses"'],
      ],
    ],
    ['opencode', { OPENCODE_PROVIDER_KEY: 'local' }, ['--model', 'ollama/m:1']],
    [
      'qwen',
      {
        OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1',
        OPENAI_API_KEY: 'local',
        OPENAI_MODEL: 'm:1',
      },
      ['--model', 'm:1'],
    ],
    [
      'copilot',
      {
        COPILOT_OFFLINE: 'true',
        COPILOT_PROVIDER_TYPE: 'openai',
        COPILOT_PROVIDER_BASE_URL: 'http://127.0.0.1:11434/v1',
        COPILOT_PROVIDER_API_KEY: 'local',
        COPILOT_MODEL: 'm:1',
      },
      ['--model', 'm:1'],
    ],
  ])('%s', (assistant, variables, words) => {
    const plan = planOf({ model: 'ollama:m:1', assistant });
    expect(variablesOf(plan)).toMatchObject(variables);
    expect(plan.command.argv.slice(1)).toEqual(words);
    expect(plan.state.name).toBe(`${assistant}@127.0.0.1_11434`);
  });

  it('opencode’s is a configuration that names one provider and no other', () => {
    const config = (work: Provider): unknown => {
      const plan = planOf({ model: 'work:m', assistant: 'opencode', work });
      return JSON.parse(variablesOf(plan)['OPENCODE_CONFIG_CONTENT'] ?? '');
    };
    const url = 'http://127.0.0.1:8';
    expect(config({ url })).toMatchObject({
      ...{ model: 'work/m', small_model: 'work/m', enabled_providers: ['work'] },
      provider: { work: { npm: '@ai-sdk/openai-compatible', options: { baseURL: `${url}/v1` } } },
    });
    expect(config({ url, api: 'anthropic' })).toMatchObject({
      provider: { work: { npm: '@ai-sdk/anthropic', options: { baseURL: `${url}/v1` } } },
    });
  });

  it('copilot takes what only speaks Anthropic’s API as well', () => {
    const work = { url: 'http://127.0.0.1:8/v1', api: 'anthropic' } as const;
    const plan = planOf({ model: 'work:m', assistant: 'copilot', work });
    expect(variablesOf(plan)).toMatchObject({
      COPILOT_PROVIDER_TYPE: 'anthropic',
      COPILOT_PROVIDER_BASE_URL: 'http://127.0.0.1:8',
    });
  });

  it('codex says it in its own file too, for whoever starts it in a shell', () => {
    const plan = planOf({ model: 'ollama:m', assistant: 'codex' });
    const file = plan.prepare.write.find(({ text }) => text.includes('sandbox_mode'));
    expect(file?.text).toMatch(/^model_provider = "ai-ollama"\n/);
  });

  it.each(able)('%s gets no key and no address of a vendor’s', (assistant) => {
    const mark = 'vendor-secret';
    const { hostVariables, endpoint, withheld = [] } = assistants[assistant];
    const ofVendor = hostVariables.filter(({ anywhere }) => !anywhere);
    const names = [...ofVendor.map(({ name }) => name), ...(endpoint?.logins ?? [])];
    const all = Object.fromEntries([...names, ...withheld].map((name) => [name, mark]));
    const plan = planOf({
      model: 'ollama:m',
      assistant,
      environment: all,
      secrets: all,
      settings: { env: all, 'ssh.ghToken': false },
    });
    expect(plan.environment.filter(({ value }) => value === mark)).toEqual([]);
  });

  it.each<[BuiltInName, readonly string[]]>([
    [
      'claude',
      [
        ...['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'CLAUDE_CODE_USE_ANTHROPIC_AWS'],
        ...['ANTHROPIC_BEDROCK_BASE_URL', 'ANTHROPIC_CUSTOM_HEADERS', 'ANTHROPIC_FOUNDRY_API_KEY'],
        ...['AWS_BEARER_TOKEN_BEDROCK', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_BASE_URL'],
      ],
    ],
    [
      'copilot',
      [
        ...['COPILOT_PROVIDER_MODEL_ID', 'COPILOT_PROVIDER_HEADERS', 'COPILOT_PROVIDERS_CONFIG'],
        ...['COPILOT_PROVIDER_API_KEY_COMMAND', 'COPILOT_PROVIDER_BEARER_TOKEN'],
      ],
    ],
    ['codex', ['OPENAI_BASE_URL', 'CODEX_API_KEY']],
    ['qwen', ['OPENAI_BASE_URL', 'DASHSCOPE_API_KEY', 'QWEN_MODEL']],
    ['opencode', ['OPENCODE_CONFIG_CONTENT', 'OPENCODE_AUTH_CONTENT']],
  ])('%s is sent nowhere else, by -e or by a definition, and that is said', (assistant, names) => {
    const mark = 'elsewhere';
    const env = Object.fromEntries(names.map((name) => [name, mark]));
    const more = { MAX_THINKING_TOKENS: '8000' };
    for (const settings of [
      { env: { ...env, ...more } },
      { assistants: { [assistant]: { environment: { ...env, ...more } } } },
    ]) {
      const { environment, notes } = planOf({ model: 'ollama:m', assistant, settings });
      expect(environment.filter(({ value }) => value.includes(mark))).toEqual([]);
      expect(environment).toContainEqual(expect.objectContaining({ value: '8000' }));
      const said = notes.find((note) => note.includes('left out'));
      for (const name of names) expect(said).toContain(name);
      expect(said).toMatch(/meant for another vendor than 127\.0\.0\.1:11434$/);
      expect(said).not.toContain('MAX_THINKING');
    }
    const plain = planOf({ assistant: 'claude', settings: { env: more } });
    expect(plain.notes).toEqual([]);
  });

  it('what the user forbids opencode counts there as well', () => {
    const environment = { OPENCODE_PERMISSION: '{"bash":"deny"}' };
    const plan = planOf({ model: 'ollama:m', assistant: 'opencode', environment });
    expect(variablesOf(plan)).toMatchObject(environment);
  });

  it('an own assistant’s keys stay away, in whichever part of its definition they are', () => {
    const own = {
      image: 'i',
      environment: { OPENAI_API_KEY: 'sk-of-a-vendor', MODE: 'dark' },
      keys: ['OWN_KEY'],
      variables: ['OWN_URL'],
      provider: { openai: { OPENAI_API_BASE: '{url}', MODEL: '{model}' } },
    };
    const environment = { OWN_KEY: 'k', OWN_URL: 'https://u' };
    const settings = { env: { OWN_URL: 'https://v' } };
    const plan = planOf({ model: 'ollama:m', own, environment, settings });
    const names = Object.keys(variablesOf(plan)).filter((name) => /^(O|MO)/.test(name));
    expect(names).toEqual(['MODE', 'OPENAI_API_BASE', 'MODEL']);
    expect(plan.notes).toEqual([
      'OWN_URL, OPENAI_API_KEY left out: meant for another vendor than 127.0.0.1:11434',
    ]);
  });

  it('needs no key of the vendor’s', () => {
    for (const assistant of able) expect(problemOf({ model: 'ollama:m', assistant })).toBe('');
  });

  it.each(['gemini', 'glm'] as const)(
    'a command or a shell beside %s goes without',
    (assistant) => {
      for (const request of [
        { kind: 'exec', assistant, command: ['true'] },
        { kind: 'shell', assistant },
      ] as const) {
        const plan = planOf({ model: 'ollama:m', assistant, request });
        expect(plan).toMatchObject({ hostPorts: [], state: { name: assistant } });
        expect(plan).not.toHaveProperty('model');
        expect(plan.notes).toEqual([
          expect.stringMatching(/^without the model ollama:m: .* cannot be sent to ollama/),
        ]);
      }
    },
  );

  it('is there for a command and a shell as well', () => {
    const request = { kind: 'exec', assistant: 'claude', command: ['true'] } as const;
    const plan = planOf({ model: 'ollama:m', request });
    expect(plan.hostPorts).toHaveLength(1);
    expect(variablesOf(plan)).toHaveProperty('ANTHROPIC_BASE_URL');
  });
});
