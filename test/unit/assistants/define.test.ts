// Assistants of the user's own definition, and built-in ones with parts of them replaced.

import { describe, expect, it } from 'vitest';
import type { Assistant, Gesture } from '../../../src/assistants/assistant.ts';
import { define, override } from '../../../src/assistants/define.ts';
import { assistantOfRun, assistants, assistantsOf } from '../../../src/assistants/registry.ts';
import type {
  AssistantDefinition,
  BuiltInName,
  FlagDefinitions,
} from '../../../src/base/assistant-definition.ts';
import { AiError } from '../../../src/base/errors.ts';

const nothing: Gesture = { continue: false, yolo: false, json: false, contained: true };
const headless = (text: string): Partial<Gesture> => ({ prompt: { text, headless: true } });
const opening = (text: string): Partial<Gesture> => ({ prompt: { text, headless: false } });

/** The words for a gesture, or the problem. */
function said(line: (gesture: Gesture) => readonly string[], gesture: Partial<Gesture>): string {
  try {
    return line({ ...nothing, ...gesture }).join('|');
  } catch (error) {
    if (!(error instanceof AiError)) throw error;
    return (error as AiError<'AI_USAGE'>).facts.problem;
  }
}

const all: FlagDefinitions = {
  prompt: ['--message', '{prompt}'],
  interactive: ['--open={prompt}'],
  continue: ['--resume', 'last'],
  yolo: ['--yes'],
  model: ['--model={model}'],
  json: ['--json'],
};

describe('the command line of an own assistant', () => {
  it.each<[string, FlagDefinitions | undefined, Partial<Gesture>, string]>([
    ['nothing', undefined, {}, ''],
    ['a prompt', undefined, headless('fix it'), 'fix it'],
    ['a prompt like an option', undefined, headless('-x'), '--|-x'],
    ['a session with a prompt', undefined, opening('fix it'), 'fix it'],
    ['its own words for a prompt', all, headless('a $& b'), '--message|a $& b'],
    ['its own words for a session', all, opening('a'), '--open=a'],
    [
      'everything',
      all,
      { ...headless('a'), yolo: true, continue: true, json: true, model: 'm/{prompt}' },
      '--yes|--model=m/{prompt}|--resume|last|--json|--message|a',
    ],
    ['what needs no words', { yolo: [] }, { yolo: true }, ''],
    [
      'no continue',
      undefined,
      { continue: true },
      'own has no continue: assistants.own.flags.continue is not set',
    ],
    [
      'no yolo',
      { continue: [] },
      { yolo: true },
      'own has no yolo: assistants.own.flags.yolo is not set',
    ],
    [
      'no model',
      undefined,
      { model: 'x' },
      'own has no model: assistants.own.flags.model is not set',
    ],
    [
      'no json',
      undefined,
      { ...headless('a'), json: true },
      'own has no json: assistants.own.flags.json is not set',
    ],
    [
      'a session where only -p has words',
      { prompt: ['{prompt}'] },
      opening('a'),
      'own has no interactive: assistants.own.flags.interactive is not set',
    ],
    [
      '-p where only a session has words',
      { interactive: ['{prompt}'] },
      headless('a'),
      'own has no prompt: assistants.own.flags.prompt is not set',
    ],
  ])('%s', (_what, flags, gesture, words) => {
    const own = define('own', { image: 'x', ...(flags && { flags }) });
    expect(said(own.commandLine, gesture)).toBe(words);
  });
});

describe('a built-in one', () => {
  const claude = (flags: FlagDefinitions, gesture: Partial<Gesture>): string =>
    said(override(assistants.claude, { flags }).commandLine, gesture);

  it.each<[string, FlagDefinitions, Partial<Gesture>, string]>([
    [
      'says the rest itself',
      { yolo: ['--permission-mode', 'plan'] },
      { ...headless('a b'), yolo: true, continue: true },
      '--permission-mode|plan|--continue|-p|a b',
    ],
    ['keeps what is not asked for', { yolo: ['--x'] }, { continue: true }, '--continue'],
    [
      'with other words for a prompt',
      { prompt: ['--ask', '{prompt}'] },
      { ...headless('a'), model: 'm' },
      '--model|m|--ask|a',
    ],
    [
      'with none of its own left',
      all,
      { ...headless('a'), yolo: true, model: 'm', continue: true, json: true },
      '--yes|--model=m|--resume|last|--json|--message|a',
    ],
  ])('%s', (_what, flags, gesture, words) => {
    expect(claude(flags, gesture)).toBe(words);
  });

  const { claude: before } = assistants;
  it.each<[AssistantDefinition, object]>([
    [{ title: 'Mine' }, { title: 'Mine' }],
    [{ image: 'my/claude' }, { image: 'my/claude' }],
    [{ npm: '@x/y@1.2.3' }, { package: { ...before.package, npm: '@x/y', version: '1.2.3' } }],
    [{ packages: ['git'] }, { package: { ...before.package, debian: ['git'] } }],
    [
      { command: ['node', 'x'] },
      { package: { ...before.package, command: 'node', before: ['x'], own: true } },
    ],
    [{ environment: { A: '1' } }, { environment: { ...before.environment, defined: { A: '1' } } }],
    [
      { keys: ['K'], variables: ['V'] },
      {
        hostVariables: [
          ...before.hostVariables,
          { name: 'K', secret: true },
          { name: 'V', secret: false },
        ],
      },
    ],
    [{ login: ['x', 'login'] }, { signIn: { command: ['x', 'login'] } }],
    [{}, {}],
  ])('is as before but for %j', (definition, changed) => {
    expect(override(before, definition)).toEqual({ ...before, ...changed });
  });
});

describe('what a definition does not say', () => {
  it('follows from its name', () => {
    const own = define('own', { npm: 'pkg@1.0.0-rc.1' });
    expect(own).toMatchObject({
      name: 'own',
      title: 'own',
      package: { name: 'own', npm: 'pkg', version: '1.0.0-rc.1', command: 'own', own: true },
      state: { directories: [{ part: '.own', inside: '.own', kept: ['/'] }], conversations: [] },
    });
    expect(own).not.toHaveProperty('image');
    expect(own).not.toHaveProperty('signIn');
  });

  it.each<AssistantDefinition>([{ state: [] }, { conversations: ['.own'] }])(
    'keeps nothing for all projects with %j',
    (definition) => {
      const { directories } = define('own', { image: 'x', ...definition }).state;
      expect(directories.flatMap(({ kept }) => kept)).toEqual([]);
    },
  );
});

describe('the way to a provider', () => {
  const route = {
    provider: 'p',
    model: 'm/{key}',
    api: 'openai',
    url: 'http://u/v1',
    key: 'k',
  } as const;
  const provider = { openai: { BASE: '{url}', AUTH: 'Bearer {key}', MODEL: '{model}', X: '1' } };

  it('is in the variables of the definition', () => {
    const { providers } = define('own', { image: 'x', provider });
    expect(providers?.apis).toEqual(['openai']);
    expect(providers?.variables(route)).toEqual({
      BASE: 'http://u/v1',
      AUTH: 'Bearer k',
      MODEL: 'm/{key}',
      X: '1',
    });
    expect(define('own', { image: 'x' })).not.toHaveProperty('providers');
  });

  it('needs no words for the model where a variable names it', () => {
    const line = (one: AssistantDefinition, api: 'openai' | 'anthropic'): string =>
      said(define('own', { image: 'x', ...one }).commandLine, {
        model: 'm',
        route: { ...route, api },
      });
    expect(line({ provider }, 'openai')).toBe('');
    // It may have another name there: openai/m.
    const flags = { model: ['-m', '{model}'] };
    expect(line({ provider, flags }, 'openai')).toBe('');
    expect(line({ provider: { openai: { BASE: '{url}' } }, flags }, 'openai')).toBe('-m|m');
    expect(said(define('own', { image: 'x', provider, flags }).commandLine, { model: 'm' })).toBe(
      '-m|m',
    );
    expect(line({ provider }, 'anthropic')).toContain('own has no model');
  });

  it('of a built-in one is as before for the other API, which stays the better one', () => {
    const { providers } = override(assistants.claude, { provider });
    expect(providers?.apis).toEqual(['anthropic', 'openai']);
    expect(providers?.variables({ ...route, api: 'anthropic' })).toEqual(
      assistants.claude.providers?.variables({ ...route, api: 'anthropic' }),
    );
  });

  it.each<[BuiltInName, 'openai' | 'anthropic']>([
    ['claude', 'anthropic'],
    ['codex', 'openai'],
    ['copilot', 'openai'],
    ['copilot', 'anthropic'],
    ['opencode', 'anthropic'],
    ['qwen', 'openai'],
  ])('of %s is changed variable by variable for %s', (name, api) => {
    const builtIn: Assistant = assistants[name];
    const before = builtIn.providers?.variables({ ...route, api }) ?? {};
    const [first = ''] = Object.keys(before);
    const withTemplate = (template: Record<string, string>) =>
      override(builtIn, { provider: { [api]: template } }).providers;
    expect(withTemplate({})?.apis).toEqual(builtIn.providers?.apis);
    expect(withTemplate({ MORE: '{model}' })?.variables({ ...route, api })).toEqual({
      ...before,
      MORE: 'm/{key}',
    });
    expect(withTemplate({ [first]: 'mine' })?.variables({ ...route, api })).toEqual({
      ...before,
      [first]: 'mine',
    });
  });

  it('has to lead somewhere where the built-in one knows none', () => {
    const only = (text: string) =>
      override(assistants.gemini, { provider: { openai: { BASE: text } } }).providers;
    expect(only('{url}')?.variables(route)).toEqual({ BASE: 'http://u/v1' });
    expect(() => only('{key}')?.variables(route)).toThrow(
      expect.objectContaining({
        code: 'AI_USAGE',
        facts: expect.objectContaining({
          problem: 'assistants.gemini.provider.openai has no {url}, so nothing would send it to p',
        }) as unknown,
      }),
    );
  });

  it('of codex has words of its command line for its own API only', () => {
    const codex = override(assistants.codex, { provider: { anthropic: { BASE: '{url}' } } });
    expect(codex.providers?.apis).toEqual(['openai', 'anthropic']);
    const line = (api: 'openai' | 'anthropic'): string =>
      said(codex.commandLine, { model: 'm', route: { ...route, api } });
    expect(line('openai')).toContain('wire_api = "responses"');
    expect(line('anthropic')).toBe('--model|m');
  });
});

describe('all assistants', () => {
  it('are the built-in ones first, as they are, then one’s own', () => {
    const found = assistantsOf({ own: { image: 'x' }, constructor: { image: 'y' } });
    expect([...found.keys()]).toEqual([...Object.keys(assistants), 'own', 'constructor']);
    expect(found.get('claude')).toBe(assistants.claude);
    expect(found.get('own')?.image).toBe('x');
  });

  it('of a run are known from its plan, when the settings have forgotten them', () => {
    const definition = { title: 'Own', state: ['.a', '.b/c'], credentials: ['.b/c/key'] };
    const own = assistantOfRun({ assistant: 'own', definition });
    expect(own?.title).toBe('Own');
    expect(own?.state.directories.map(({ inside }) => inside)).toEqual(['.a', '.b/c']);
    expect(own?.state.login((file) => (file === '.b/c/key' ? 'k\n' : undefined))).toEqual({
      kind: 'account',
    });
    expect(own?.state.login(() => ' \n')).toBeUndefined();
    // Another version of ai may bring along one of the name.
    const mine = assistantOfRun({ assistant: 'claude', definition: { state: ['.mine'] } });
    expect(mine?.state.directories.map(({ inside }) => inside)).toEqual(['.mine']);
    expect(mine?.title).toBe('claude');
    const overridden = assistantOfRun({ assistant: 'claude', definition: { title: 'Mine' } });
    expect(overridden).toMatchObject({ title: 'Mine', state: assistants.claude.state });
    expect(assistantOfRun({ assistant: 'claude' })).toBe(assistants.claude);
    expect(assistantOfRun({ assistant: 'other' })).toBeUndefined();
  });
});
