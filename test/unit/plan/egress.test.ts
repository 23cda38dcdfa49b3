// What a run with `network: allowlist` may reach, and why.

import { describe, expect, it } from 'vitest';
import { toContainer } from '../../../src/engines/docker/to-container.ts';
import { assistants } from '../../../src/assistants/registry.ts';
import { judge } from '../../../src/tunnel/egress-policy.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { NetworkFacts } from '../../../src/plan/network-facts.ts';
import type { RunPlan } from '../../../src/plan/run-plan.ts';
import { withoutSockets } from '../../../src/plan/sockets.ts';
import { buildFacts, defaultSettings, type FactsInput } from '../../support/build-facts.ts';

const network: NetworkFacts = {
  gitHosts: [{ host: 'git.example.com', port: 8443, origin: 'remote.origin.url' }],
  freshGitHosts: [{ host: 'evil.example.com', origin: 'remote.evil.url' }],
  registries: [{ host: 'mirror.example.com', origin: 'npm’s registry' }],
};

const planWith = ({ settings, ...input }: FactsInput = {}): RunPlan =>
  buildPlan({
    ...buildFacts({ ...input, settings: { network: 'allowlist', ...settings } }),
    network,
  });

const hostsOf = ({ egress }: RunPlan): Record<string, string> =>
  Object.fromEntries(
    (egress?.hosts ?? []).map(({ host, port, reason }) => [
      port === undefined ? host : `${host}:${port}`,
      reason,
    ]),
  );

describe('network: allowlist', () => {
  it('reaches what the assistant, packages, git and the user need, each for its reason', () => {
    const plan = planWith({
      settings: { allow: ['extra.example.com', 'git.example.com:8443'] },
      ssh: {
        remotes: [{ host: 'ssh.example.com', user: 'git', origin: 'remote.ssh.url' }],
        fresh: [{ host: 'new.example.com', origin: 'remote.new.url' }],
      },
    });
    expect(hostsOf(plan)).toMatchObject({
      'api.anthropic.com': 'Claude Code',
      'mirror.example.com': 'packages: npm’s registry',
      'git.example.com:8443': 'remote.origin.url',
      'ssh.example.com': 'remote.ssh.url',
      'extra.example.com': 'setting allow',
    });
    const names = Object.keys(hostsOf(plan));
    expect(names.filter((name) => /evil|new|openai/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(plan.egress?.hosts.length);
    expect(plan.notes.join('\n')).toContain('evil.example.com, new in this project’s remotes');
  });

  it('has no network, and programs are told of the proxy in every spelling', () => {
    const plan = planWith({ host: { environment: { HTTPS_PROXY: 'http://me:hunter2@corp:1' } } });
    expect(plan.network).toMatchObject({ mode: 'none', publish: [] });
    const values = new Map(plan.environment.map(({ name, value }) => [name, value]));
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) {
      expect(values.get(name)).toBe('http://127.0.0.1:3128');
      expect(values.get(name.toLowerCase())).toBe('http://127.0.0.1:3128');
    }
    expect(values.get('no_proxy')).toBe('localhost,127.0.0.1,::1');
    expect(JSON.stringify(plan)).not.toContain('hunter2');
    const container = toContainer(plan, { inside: '/x' }) as { Env: string[] };
    expect(container.Env).toContain('AI_PORTS=3128');
    expect(plan.mounts.map(({ target }) => target)).toContain('/run/ai-sock');
  });

  it('goes where the user’s own variables send the assistant, and not where a project would', () => {
    const env = { ANTHROPIC_BASE_URL: 'https://proxy.example.com:8443/v1' };
    const sent = planWith({ settings: { env }, terminal: { stdin: true } });
    expect(hostsOf(sent)).toMatchObject({ 'proxy.example.com:8443': 'ANTHROPIC_BASE_URL' });
    const project = planWith({
      endpoints: [{ name: 'ANTHROPIC_BASE_URL', value: 'https://evil.example.com' }],
    });
    expect(Object.keys(hostsOf(project))).not.toContain('evil.example.com');
  });

  it.each([
    ['claude', 'ANTHROPIC_BASE_URL'],
    ['gemini', 'GOOGLE_GEMINI_BASE_URL'],
    ['codex', 'OPENAI_BASE_URL'],
    ['glm', 'ANTHROPIC_BASE_URL'],
    ['opencode', 'OPENCODE_CONFIG_CONTENT'],
    ['qwen', 'OPENAI_BASE_URL'],
    ['copilot', 'COPILOT_PROVIDER_BASE_URL'],
  ] as const)('reaches the model of %s, wherever %s says it is', (assistant, name) => {
    const url = 'https://models.example.com/v1';
    const config = JSON.stringify({ provider: { anthropic: { options: { baseURL: url } } } });
    const env = { [name]: name === 'OPENCODE_CONFIG_CONTENT' ? config : url };
    const request = { kind: 'shell', assistant } as const;
    const plan = planWith({ request, settings: { env }, secrets: { zai_key: 'key' } });
    expect(hostsOf(plan)).toMatchObject({ 'models.example.com': name });
  });

  it.each([
    ['claude', 'api.anthropic.com'],
    ['gemini', 'generativelanguage.googleapis.com'],
    ['codex', 'chatgpt.com'],
    ['glm', 'api.z.ai'],
    ['opencode', 'opencode.ai'],
    ['qwen', 'dashscope-intl.aliyuncs.com'],
    ['copilot', 'api.githubcopilot.com'],
  ] as const)('lets %s get to %s, its own endpoint, and no other one', (name, endpoint) => {
    const assistant = assistants[name];
    const request = { ...buildFacts().request, assistant: name };
    const plan = planWith({ request, assistant, settings: { env: { ANTHROPIC_AUTH_TOKEN: 'k' } } });
    const hosts = plan.egress?.hosts ?? [];
    for (const host of [endpoint, ...('endpoint' in assistant ? assistant.endpoint.own : [])])
      expect(judge({ host, port: 443 }, hosts), host).toEqual({ isListed: false });
    expect(judge({ host: 'evil.example.com', port: 443 }, hosts)).toEqual({ denied: 'host' });
  });

  it('reaches the region that a variable of the user’s names, and nothing by a value that is none', () => {
    const named = (GOOGLE_CLOUD_LOCATION: string): readonly string[] =>
      Object.keys(
        hostsOf(
          planWith({
            ...{ assistant: assistants.gemini, settings: { env: { GOOGLE_CLOUD_LOCATION } } },
          }),
        ),
      ).filter((host) => host.includes('aiplatform'));
    expect(named('us-central1')).toEqual([
      ...['aiplatform.googleapis.com', 'us-central1-aiplatform.googleapis.com'],
    ]);
    for (const value of ['', 'evil.com', 'evil.com/x?', 'a b', '{x}'])
      expect(named(value), value).toEqual(['aiplatform.googleapis.com']);
  });

  it('says which package manager did not answer', () => {
    const facts = buildFacts({ settings: { network: 'allowlist' } });
    const { notes } = buildPlan({ ...facts, network: { ...network, silent: ['pip3'] } });
    expect(notes.join('\n')).toContain('pip3 did not say in time which registry it uses');
  });

  it('goes to the provider of the model, and not to the vendor', () => {
    const providers = {
      ...defaultSettings.providers,
      work: { url: 'https://models.example.com/v1', api: 'both' as const },
    };
    const plan = planWith({ settings: { model: 'work:m', providers } });
    expect(hostsOf(plan)).toMatchObject({ 'models.example.com': 'model work:m' });
    expect(Object.keys(hostsOf(plan))).not.toContain('api.anthropic.com');
    const address = { ...providers, work: { url: 'https://192.0.2.1/v1', api: 'both' as const } };
    expect(() => planWith({ settings: { model: 'work:m', providers: address } })).toThrow(
      'AI_USAGE',
    );
  });

  it('has another port where a model of this machine has that one', () => {
    const providers = {
      ...defaultSettings.providers,
      near: { url: 'http://127.0.0.1:3128', api: 'both' as const },
    };
    const plan = planWith({ settings: { model: 'near:m', providers } });
    expect(plan.egress?.port).toBe(3129);
    expect(plan.hostPorts.map(({ port }) => port)).toEqual([3128]);
  });

  it('publishes no port, and has no such way in a container for something else', () => {
    expect(() => planWith({ settings: { publish: ['80'] } })).toThrow('AI_USAGE');
    expect(withoutSockets(planWith()).egress).toBeUndefined();
  });

  it('of an assistant of the user’s own reaches its domains', () => {
    const assistants = { mine: { npm: 'mine@1.0.0', domains: ['api.mine.example'] } };
    const request = { kind: 'shell', assistant: 'mine' } as const;
    const { assistant } = buildFacts();
    const plan = planWith({
      ...{
        request,
        settings: { assistants },
        assistant: { ...assistant, domains: ['api.mine.example'] },
      },
    });
    expect(hostsOf(plan)).toHaveProperty(['api.mine.example']);
  });
});

describe('network: name:NETWORK', () => {
  it('is that network of Docker’s, where ports can be published', () => {
    const plan = planWith({ settings: { network: 'name:app_default', publish: ['80'] } });
    expect(plan.network).toMatchObject({ mode: 'app_default' });
    expect(plan.network.publish).toHaveLength(1);
    expect(plan.egress).toBeUndefined();
  });
});
