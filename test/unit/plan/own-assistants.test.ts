// Runs of assistants that the user's settings define: what of the definition ends where.

import { describe, expect, it } from 'vitest';
import { assistantsOf } from '../../../src/assistants/registry.ts';
import type { AssistantDefinition } from '../../../src/base/assistant-definition.ts';
import { isAiError } from '../../../src/base/errors.ts';
import { toContainer } from '../../../src/engines/docker/to-container.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { buildNativePlan, type NativePlan } from '../../../src/plan/native-plan.ts';
import { planAsData, printAsDockerRun } from '../../../src/plan/print.ts';
import type { RunPlan } from '../../../src/plan/run-plan.ts';
import {
  buildFacts,
  defaultSettings,
  plainRequest,
  type FactsInput,
} from '../../support/build-facts.ts';

const definition: AssistantDefinition = {
  title: 'Own',
  image: 'example/own:1',
  command: ['own', 'chat'],
  state: ['.own', '.config/own'],
  conversations: ['.own/talks'],
  credentials: ['.own/login'],
  environment: { MODE: 'dark', OWN_TOKEN: 'fixed-secret' },
  keys: ['OWN_KEY'],
  variables: ['OWN_URL'],
};

const factsOf = (name: string, one: AssistantDefinition, input: FactsInput = {}): Facts => {
  const definitions = { [name]: one };
  return buildFacts({
    request: { ...plainRequest, assistant: name, ...input.request } as Facts['request'],
    ...input,
    assistant: assistantsOf(definitions).get(name)!,
    settings: { assistants: definitions, ...input.settings },
  });
};
const ready = (facts: Facts): Facts => ({
  ...facts,
  image: { tag: 'example/own:1', reason: '', files: '/i', foreign: { start: 'S', relay: 'R' } },
});
const own = (input?: FactsInput): RunPlan => buildPlan(ready(factsOf('own', definition, input)));
const valuesOf = ({ environment }: RunPlan): Record<string, string> =>
  Object.fromEntries(
    environment.map(({ name, value, secret }) => [name, secret ? `secret ${value}` : value]),
  );

describe('the plan', () => {
  it('starts the command with the user’s own arguments last', () => {
    const request = { ...plainRequest, assistant: 'own', arguments: ['--x', 'y  z'] };
    expect(own({ request }).command.argv).toEqual(['own', 'chat', '--x', 'y  z']);
  });

  it('has its variables, and keys of the host that reach nobody else', () => {
    const environment = { OWN_KEY: 'k', OWN_URL: 'https://u', OTHER: 'x', ZAI_API_KEY: 'z' };
    const values = valuesOf(own({ host: { environment } }));
    expect(values).toMatchObject({
      MODE: 'dark',
      OWN_TOKEN: 'secret fixed-secret',
      OWN_KEY: 'secret k',
      OWN_URL: 'https://u',
    });
    expect(values).not.toHaveProperty('OTHER');
    expect(values).not.toHaveProperty('ZAI_API_KEY');
    const claude = buildPlan(
      buildFacts({ host: { environment }, settings: { assistants: { own: definition } } }),
    );
    expect(Object.keys(valuesOf(claude)).filter((name) => name.startsWith('OWN'))).toEqual([]);
  });

  it('says for whoever finishes the run where its state is, and none of its secrets', () => {
    const plan = own();
    expect(plan.run.definition).toEqual({
      title: 'Own',
      state: ['.own', '.config/own'],
      conversations: ['.own/talks'],
      credentials: ['.own/login'],
    });
    expect(JSON.stringify(planAsData(plan))).not.toContain('fixed-secret');
    expect(buildPlan(buildFacts()).run).not.toHaveProperty('definition');
    // Another version may take the name for one that it brings along itself.
    expect(buildPlan(ready(factsOf('own', { image: 'x' }))).run.definition).toEqual({
      state: ['.own'],
    });
    expect(buildPlan(factsOf('claude', { title: 'T' })).run.definition).toEqual({ title: 'T' });
  });

  it('mounts its conversations from the project’s own place', () => {
    expect(own().mounts).toContainEqual(
      expect.objectContaining({
        role: 'state',
        source: '/home/ann/.docker-ai-config/projects/app-0123456789ab/own/.own/talks',
        target: '/home/ai/.own/talks',
      }),
    );
  });

  it('is refused where its login should be lent, which nobody could', () => {
    expect(() => own({ settings: { auth: 'lend', assistants: { own: definition } } })).toThrow(
      expect.toSatisfy((error) => isAiError(error, 'AI_USAGE')),
    );
    const facts = factsOf('own', { ...definition, credentials: [] });
    expect(buildPlan({ ...facts, settings: { ...facts.settings, auth: 'lend' } }).state.lend).toBe(
      true,
    );
  });
});

const provider = { openai: { OWN_URL: '{url}', OWN_AUTH: '{key}', OWN_MODEL: 'openai/{model}' } };
const atWork = {
  model: 'work:m',
  providers: { work: { url: 'https://models.example', key: 'WORK_KEY' } },
};

describe('a model of a provider', () => {
  const facts = factsOf(
    'own',
    { ...definition, provider, flags: { model: ['-m', '{model}'] } },
    { host: { environment: { OWN_KEY: 'k', OWN_URL: 'https://u', WORK_KEY: 'work-key' } } },
  );
  const plan = buildPlan(ready({ ...facts, settings: { ...facts.settings, ...atWork } }));

  it('is named by the variables of the definition, and nothing of the vendor’s goes along', () => {
    expect(valuesOf(plan)).toMatchObject({
      OWN_URL: 'https://models.example/v1',
      OWN_AUTH: 'secret work-key',
      OWN_MODEL: 'openai/m',
    });
    expect(valuesOf(plan)).not.toHaveProperty('OWN_KEY');
    expect(plan.command.argv).toEqual(['own', 'chat']);
    expect(plan.state.name).toBe('own@models.example');
  });

  it('is out of reach where the definition knows no way', () => {
    const without = factsOf('own', definition, { host: { environment: { WORK_KEY: 'k' } } });
    expect(() =>
      buildPlan(ready({ ...without, settings: { ...without.settings, ...atWork } })),
    ).toThrow(expect.toSatisfy((error) => isAiError(error, 'AI_USAGE')));
  });
});

describe('a ready image', () => {
  const mountedAt = (plan: RunPlan, target: string): string | undefined =>
    plan.mounts.find((mount) => mount.target === target)?.source;

  it('gets our first process as a file of the run, and starts by it', () => {
    const plan = own();
    const start = '/home/ann/.docker-ai-config/runs/deadbeef/start';
    expect(mountedAt(plan, '/opt/ai/start')).toBe(start);
    expect(plan.prepare.write).toContainEqual({ path: start, text: 'S', mode: 0o444 });
    expect(toContainer(plan, { inside: '/r' })).toMatchObject({
      Image: 'example/own:1',
      Entrypoint: ['/bin/sh', '/opt/ai/start'],
      Healthcheck: { Test: ['NONE'] },
    });
  });

  it('gets the relay only where the agent comes through one', () => {
    expect(mountedAt(own(), '/opt/ai/relay')).toBeUndefined();
    const ssh = { remotes: [{ host: 'git.example', origin: 'remote.origin.url' }] };
    expect(mountedAt(own({ ssh, engine: { sharesSockets: false } }), '/opt/ai/relay')).toBe(
      '/home/ann/.docker-ai-config/runs/deadbeef/relay',
    );
  });

  it('is printed with no entrypoint of its own', () => {
    expect(printAsDockerRun(own()).line).toContain(
      "--no-healthcheck --entrypoint '' example/own:1 own chat",
    );
  });

  it('may have no bash', () => {
    const { argv } = own({ request: { kind: 'shell', assistant: 'own' } }).command;
    expect(argv.slice(0, 2)).toEqual(['sh', '-c']);
  });
});

describe('a built-in one', () => {
  it('keeps its own variables but for those that are set', () => {
    const facts = factsOf('claude', {
      environment: { DISABLE_AUTOUPDATER: '0', CLAUDE_CONFIG_DIR: '/x', MORE: '1' },
    });
    expect(valuesOf(buildPlan(facts))).toMatchObject({
      DISABLE_AUTOUPDATER: '0',
      MORE: '1',
      IS_SANDBOX: '1',
      // Its state would be elsewhere than where that is carried from.
      CLAUDE_CONFIG_DIR: '/home/ai/.claude',
    });
  });

  it('that is sent elsewhere by its definition has a state of its own there', () => {
    const facts = factsOf('claude', { environment: { ANTHROPIC_BASE_URL: 'https://x.example' } });
    expect(buildPlan(facts).state.name).toBe('claude@x.example');
  });
});

describe('on the host', () => {
  const native = (one: AssistantDefinition, more: object = {}): string => {
    const { host, ...facts } = factsOf('own', one);
    try {
      const plan = buildNativePlan({
        ...facts,
        directory: '/p',
        host: { environment: host.environment },
        audited: { run: 'deadbeef', assistant: 'claude', project: '/home/ann/app' },
        machine: { platform: 'linux', arch: 'x64', nodeVersion: '24.0.0', nodePath: '/n' },
        program: { kind: 'missing' },
        ...more,
      });
      return [...plan.command.argv, plan.installation?.packages.map(({ name }) => name)].join(' ');
    } catch (error) {
      return isAiError(error, 'AI_ASSISTANT_MISSING') || isAiError(error, 'AI_USAGE')
        ? error.code
        : String(error);
    }
  };
  const npm: AssistantDefinition = { npm: '@own/own@1.2.3', command: ['own', 'chat'] };

  it.each<[string, AssistantDefinition, object, string]>([
    [
      'is its own program on PATH',
      definition,
      { program: { kind: 'own', path: '/b/own' } },
      '/b/own chat ',
    ],
    ['cannot come out of an image', definition, {}, 'AI_ASSISTANT_MISSING'],
    [
      'is installed from npm',
      npm,
      {},
      '/home/ann/.docker-ai-config/native/own/@own+own@1.2.3/node_modules/.bin/own chat @own/own',
    ],
    [
      'has no other profile: nothing tells it where',
      npm,
      { settings: { ...defaultSettings, profile: 'work' } },
      'AI_USAGE',
    ],
  ])('%s', (_what, one, more, expected) => {
    expect(native(one, more)).toBe(expected);
  });

  describe('with a model of a provider', () => {
    const planWith = (one: AssistantDefinition, settings: object = {}): NativePlan => {
      const { host, ...facts } = factsOf('own', { ...one, provider });
      const environment = { ...host.environment, WORK_KEY: 'work-key', OWN_KEY: 'k' };
      return buildNativePlan({
        ...facts,
        settings: { ...facts.settings, ...atWork, ...settings },
        directory: '/p',
        host: { environment },
        audited: { run: 'deadbeef', assistant: 'claude', project: '/home/ann/app' },
        machine: { platform: 'linux', arch: 'x64', nodeVersion: '24.0.0', nodePath: '/n' },
        program: { kind: 'own', path: '/b/own' },
      });
    };
    const problemOf = (...given: Parameters<typeof planWith>): string => {
      try {
        planWith(...given);
        return '';
      } catch (error) {
        if (!isAiError(error, 'AI_USAGE')) throw error;
        return `${error.facts.problem}; ${error.facts.next}`;
      }
    };

    it('goes there from the user’s home where that holds no login that is known', () => {
      const plan = planWith({ ...npm, keys: ['OWN_KEY'] });
      expect(plan.environment.set.map(({ name, value }) => `${name}=${value}`)).toEqual([
        'OWN_URL=https://models.example/v1',
        'OWN_AUTH=work-key',
        'OWN_MODEL=openai/m',
      ]);
      expect(plan.environment.unset.map(({ name }) => name)).toEqual(['OWN_KEY']);
      expect(plan).not.toHaveProperty('state');
      expect(plan.notes).toContain(
        'sent to models.example: with the settings that it has on this machine',
      );
    });

    it('is refused where its login would go along', () => {
      expect(problemOf({ ...npm, credentials: ['.own/login'] })).toBe(
        'on this machine itself own knows no state but yours, whose login would go along to work; leave out --native, or --model',
      );
    });

    it('is refused in another profile, as without one', () => {
      expect(problemOf(npm, { profile: 'other' })).toBe(
        'on this machine itself own knows no state but yours, so no other profile; leave out --native, or --profile',
      );
    });
  });
});
