// Where the value of a variable comes from when several places have one, whom it reaches, and how a preview names it.

import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { Facts, KeptFacts } from '../../../src/plan/facts.ts';
import { planEnvironment } from '../../../src/plan/environment.ts';
import { travelsUnseen } from '../../../src/plan/given-variables.ts';
import { knownSecrets } from '../../../src/plan/known-secrets.ts';
import { planAsData, printAsDockerRun } from '../../../src/plan/print.ts';
import { knownNames } from '../../../src/plan/reach.ts';
import type { Variable } from '../../../src/plan/run-plan.ts';
import { resolveSettings } from '../../../src/settings/layers.ts';
import { fakeKeys } from '../../support/fake-keys.ts';
import { buildFacts, plainRequest } from '../../support/build-facts.ts';

interface Places {
  assistant?: string;
  host?: Record<string, string>;
  project?: Record<string, string>;
  global?: Record<string, string>;
  envFile?: Record<string, string>;
  named?: Record<string, string>;
  printed?: KeptFacts['printed'];
  /** As it stands in a file of settings. */
  env?: Record<string, unknown>;
  /** As it is given by `-e`. */
  flags?: readonly string[];
  ghToken?: boolean;
}

function factsOf(places: Places): Facts {
  const { settings } = resolveSettings([
    {
      origin: 'test',
      values: [
        { key: 'env', value: { kind: 'data', data: places.env ?? {} }, place: 'config.yaml:1' },
        ...(places.flags ?? []).map((text) => ({
          key: 'env',
          value: { kind: 'flag', text } as const,
          place: '--env',
        })),
      ],
    },
  ]);
  return {
    ...buildFacts({
      request: { ...plainRequest, assistant: places.assistant ?? 'claude' },
      settings: { env: settings.env, 'ssh.ghToken': places.ghToken === true },
      host: { environment: places.host ?? {} },
      secrets: places.global ?? {},
    }),
    kept: {
      project: { directory: '/s/projects/app/secrets', values: places.project ?? {} },
      envFile: places.envFile ?? {},
      named: places.named ?? {},
      printed: places.printed ?? {},
    },
  };
}

function find(name: string, places: Places): Variable | undefined {
  const facts = factsOf(places);
  return planEnvironment(facts, facts.assistant, { tty: false, userName: 'ann' }).find(
    (variable) => variable.name === name,
  );
}
const valueOf = (name: string, places: Places): string | undefined => find(name, places)?.value;

describe('of several places the strongest gives the value', () => {
  const places = ['host', 'project', 'global', 'envFile'] as const;
  const all = (name: string): Places =>
    Object.fromEntries(places.map((place) => [place, { [name]: `of ${place}` }]));

  it.each(places.map((_, index) => [places.slice(index)]))(
    'of %j the first: an assistant’s key',
    (left) => {
      const having = Object.fromEntries(
        left.map((place) => [place, all('ANTHROPIC_API_KEY')[place]]),
      );
      expect(valueOf('ANTHROPIC_API_KEY', having)).toBe(`of ${left[0]}`);
      expect(
        valueOf('ANTHROPIC_API_KEY', { ...having, named: { ANTHROPIC_API_KEY: 'named' } }),
      ).toBe('named');
      expect(valueOf('ANTHROPIC_API_KEY', { ...having, flags: ['ANTHROPIC_API_KEY=set'] })).toBe(
        'set',
      );
    },
  );

  it.each(places.map((_, index) => [places.slice(index)]))(
    'of %j the first: a name in the setting env',
    (left) => {
      const having = Object.fromEntries(left.map((place) => [place, all('MINE')[place]]));
      for (const asked of [{ env: { MINE: null } }, { flags: ['MINE'] }]) {
        expect(valueOf('MINE', { ...having, ...asked })).toBe(`of ${left[0]}`);
        expect(valueOf('MINE', { ...having, ...asked, named: { MINE: 'named' } })).toBe(
          `of ${left[0]}`,
        );
      }
      expect(valueOf('MINE', { ...having, flags: ['MINE=set'] })).toBe('set');
    },
  );

  it('a file that is named is below the setting env, and above a project’s secret', () => {
    expect(valueOf('A', { named: { A: 'named' }, env: { A: 'set' } })).toBe('set');
    expect(valueOf('A', { named: { A: 'named' }, project: { A: 'p' } })).toBe('named');
    expect(valueOf('A', { named: { A: '' } })).toBe('');
  });

  it('what is empty is not there, but for the host’s own in the setting env', () => {
    const empty = { host: { ANTHROPIC_API_KEY: '' }, project: { ANTHROPIC_API_KEY: '' } };
    expect(valueOf('ANTHROPIC_API_KEY', { ...empty, envFile: { ANTHROPIC_API_KEY: 'x' } })).toBe(
      'x',
    );
    expect(valueOf('MINE', { host: { MINE: '' }, global: { MINE: 'x' }, flags: ['MINE'] })).toBe(
      '',
    );
  });

  it('a name is only a name', () => {
    expect(valueOf('constructor', { flags: ['constructor'] })).toBeUndefined();
    expect(valueOf('toString', { flags: ['toString'], envFile: { toString: 'x' } })).toBe('x');
  });
});

describe('a secret reaches', () => {
  const { reachOf, fileNameOf, variableNameOf } = knownNames({});
  it.each<[string, Places, string, string | undefined]>([
    [
      'its own assistant',
      { global: { OPENAI_API_KEY: 'k' }, assistant: 'codex' },
      'OPENAI_API_KEY',
      'k',
    ],
    ['no other assistant', { global: { OPENAI_API_KEY: 'k' } }, 'OPENAI_API_KEY', undefined],
    [
      'no other, of a project neither',
      { project: { OPENAI_API_KEY: 'k' } },
      'OPENAI_API_KEY',
      undefined,
    ],
    [
      'no other, in the env file neither',
      { envFile: { OPENAI_API_KEY: 'k' } },
      'OPENAI_API_KEY',
      undefined,
    ],
    [
      'whoever names it',
      { global: { OPENAI_API_KEY: 'k' }, flags: ['OPENAI_API_KEY'] },
      'OPENAI_API_KEY',
      'k',
    ],
    ['nobody unnamed', { global: { NPM_TOKEN: 'k' } }, 'NPM_TOKEN', undefined],
    ['nobody unnamed out of the env file', { envFile: { NPM_TOKEN: 'k' } }, 'NPM_TOKEN', undefined],
    [
      'whoever names it, any other',
      { global: { NPM_TOKEN: 'k' }, env: { NPM_TOKEN: null } },
      'NPM_TOKEN',
      'k',
    ],
    ['every run of its project', { project: { NPM_TOKEN: 'k' } }, 'NPM_TOKEN', 'k'],
    [
      'its assistant under its name',
      { project: { zai_key: 'k' }, assistant: 'glm' },
      'ANTHROPIC_AUTH_TOKEN',
      'k',
    ],
    [
      'its name by the file’s',
      { global: { zai_key: 'k' }, flags: ['ZAI_API_KEY'] },
      'ZAI_API_KEY',
      'k',
    ],
    [
      'not an assistant that must not have it',
      {
        global: { ANTHROPIC_API_KEY: 'k', zai_key: 'z' },
        flags: ['ANTHROPIC_API_KEY'],
        assistant: 'glm',
      },
      'ANTHROPIC_API_KEY',
      undefined,
    ],
    [
      'not an endpoint that is somebody else’s',
      {
        project: { CLAUDE_CODE_OAUTH_TOKEN: 'k' },
        named: { ANTHROPIC_BASE_URL: 'https://x.example' },
      },
      'CLAUDE_CODE_OAUTH_TOKEN',
      undefined,
    ],
    [
      'everybody, GitHub’s where the setting says so',
      { global: { GH_TOKEN: 'k' }, ghToken: true },
      'GH_TOKEN',
      'k',
    ],
  ])('%s', (_whom, places, name, value) => {
    expect(valueOf(name, places)).toBe(value);
  });

  it.each([
    ['ZAI_API_KEY', { kind: 'assistants', names: ['glm'] }],
    ['zai_key', { kind: 'assistants', names: ['glm'] }],
    ['NPM_TOKEN', { kind: 'project' }],
  ])('%s of a project: as is said', (name, reach) => {
    expect(reachOf(name, true)).toEqual(reach);
  });

  it('an assistant of the user’s own that knows it, and nobody else', () => {
    const mine = { image: 'mine:1', keys: ['MINE_KEY'] };
    expect(knownNames({ mine }).reachOf('MINE_KEY', true)).toEqual({
      kind: 'assistants',
      names: ['mine'],
    });
    const facts = factsOf({ project: { MINE_KEY: 'k', OTHER: 'o' } });
    const having = { ...facts, settings: { ...facts.settings, assistants: { mine } } };
    const names = planEnvironment(having, having.assistant, { tty: false, userName: 'ann' }).map(
      ({ name }) => name,
    );
    expect(names).toContain('OTHER');
    expect(names).not.toContain('MINE_KEY');
  });

  it('runs that name it, where it is of no project', () => {
    expect(reachOf('NPM_TOKEN', false)).toEqual({ kind: 'named' });
    expect([fileNameOf('ZAI_API_KEY'), fileNameOf('X'), variableNameOf('zai_key')]).toEqual([
      'zai_key',
      'X',
      'ZAI_API_KEY',
    ]);
  });
});

describe('a command', () => {
  const reference = 'command: op read "op://a/b" ';
  const command = 'op read "op://a/b"';
  it.each<[string, Places, string]>([
    ['in the setting env', { env: { X: reference } }, 'X'],
    ['in the env file', { envFile: { X: reference }, env: { X: null } }, 'X'],
    ['in a secret', { global: { X: reference }, env: { X: null } }, 'X'],
    ['in a secret of the project', { project: { X: reference } }, 'X'],
    ['in an assistant’s key', { global: { ANTHROPIC_API_KEY: reference } }, 'ANTHROPIC_API_KEY'],
    ['in GitHub’s token', { envFile: { GH_TOKEN: reference }, ghToken: true }, 'GH_TOKEN'],
    ['in a proxy', { envFile: { HTTPS_PROXY: reference } }, 'HTTPS_PROXY'],
  ])('%s gives what it has printed', (_where, places, name) => {
    expect(find(name, places)).toMatchObject({ value: '', secret: true, from: { command } });
    const printed = { [command]: 'sesame' };
    expect(find(name, { ...places, printed })).toMatchObject({
      value: 'sesame',
      secret: true,
      from: { command },
    });
  });

  it.each<[string, Places]>([
    ['in a flag', { flags: [`X=${reference}`] }],
    ['in a file that is named', { named: { X: reference } }],
    ['of the host’s environment', { host: { X: reference }, flags: ['X'] }],
  ])('%s is a text', (_where, places) => {
    expect(find('X', places)).toMatchObject({ value: reference });
    expect(find('X', places)?.from).toBeUndefined();
  });

  it('in a preview stands as what gives the value, and a key is not missed', () => {
    const facts = factsOf({
      assistant: 'glm',
      global: { zai_key: 'command:pass zai' },
      env: { X: 'command:a; (b)' },
    });
    const plan = buildPlan(facts);
    const { line } = printAsDockerRun(plan);
    expect(line).toMatch(
      /^ANTHROPIC_AUTH_TOKEN="\$\(pass zai\)" X="\$\(sh -c 'a; \(b\)'\)" docker run /,
    );
    expect(JSON.stringify(planAsData(plan))).toContain('"value":"***"');
  });
});

describe('hidden from the engine is', () => {
  it.each<[string, Places, string, boolean]>([
    ['all of a file that is named', { named: { PORT: '3000' } }, 'PORT', true],
    ['but what shells keep for themselves', { named: { UID: '1000' } }, 'UID', false],
    ['what looks like a key under any name', { flags: [`X=ghp_${'a1'.repeat(18)}`] }, 'X', true],
    ['an address with a password', { env: { DB: 'postgres://u:p@h/x' } }, 'DB', true],
    [
      'an address with a key in it',
      { host: { ANTHROPIC_API_KEY: 'k-123456' }, flags: ['U=http://h/?k=k-123456'] },
      'U',
      true,
    ],
    ['a plain setting not', { flags: ['MODE=fast'] }, 'MODE', false],
    ['a name alone', { host: { MODE: 'fast' }, flags: ['MODE'] }, 'MODE', true],
    ['a password by MySQL’s name', { flags: ['MYSQL_PWD=hunter22'] }, 'MYSQL_PWD', true],
    ['an option with a token', { flags: ['X=vault -token=s.1234'] }, 'X', true],
    [
      'a name alone of a session not',
      { host: { LC_ALL: 'C' }, flags: ['LC_ALL'] },
      'LC_ALL',
      false,
    ],
    [
      'a name alone of a model not',
      { host: { ANTHROPIC_MODEL: 'm' }, flags: ['ANTHROPIC_MODEL'] },
      'ANTHROPIC_MODEL',
      false,
    ],
    ['a secret by its place', { global: { MODE: 'fast' }, flags: ['MODE'] }, 'MODE', true],
  ])('%s', (_what, places, name, secret) => {
    expect(find(name, places)?.secret).toBe(secret);
  });
});

describe('in no configuration of the container is', () => {
  it.each<[string, Places, string, boolean]>([
    ['what a setting says', { flags: ['MODE=fast'] }, 'MODE', true],
    ['what is named', { host: { MODE: 'fast' }, flags: ['MODE'] }, 'MODE', true],
    [
      'an address that the assistant knows',
      { host: { ANTHROPIC_BASE_URL: 'http://a' } },
      'ANTHROPIC_BASE_URL',
      true,
    ],
    ['but what shells keep for themselves', { flags: ['UID=1'] }, 'UID', false],
    ['but what they keep, of a secret', { project: { RANDOM: '1' } }, 'RANDOM', false],
    [
      'but the terminal, which the first process looks at',
      { flags: ['TERM=vt100'] },
      'TERM',
      false,
    ],
    ['but what is ours', {}, 'HOME', false],
  ])('%s', (_what, places, name, isUnseen) => {
    const variable = find(name, places);
    expect(variable && travelsUnseen(variable)).toBe(isUnseen);
  });
});

describe('known are', () => {
  const known = (places: Places): readonly string[] => knownSecrets(factsOf(places));
  it.each<[string, Places, string]>([
    ['keys of the host', { host: { OPENAI_API_KEY: 'plain' } }, 'plain'],
    ['secrets', { global: { X: 'a b' } }, 'a b'],
    ['secrets of the project', { project: { X: 'plainword' } }, 'plainword'],
    ['what commands have printed', { printed: { 'op read': 'plainword' } }, 'plainword'],
    ['passwords', { env: { DB_PASSWORD: 'correcthorse' } }, 'correcthorse'],
    [
      'the password of an address by itself',
      { host: { HTTPS_PROXY: 'http://u:p%40ss12@h' } },
      'p@ss12',
    ],
    ['what a file that is named has', { named: { ANYTHING: 'a1b2-c3d4' } }, 'a1b2-c3d4'],
    ['what is named and of the host', { host: { X: 'a b' }, flags: ['X'] }, 'a b'],
    ['what the file of variables has', { envFile: { ANYTHING: 'a1b2-c3d4' } }, 'a1b2-c3d4'],
  ])('%s', (_what, places, value) => {
    expect(known(places)).toContain(value);
  });

  it.each(Object.entries(fakeKeys))(
    '%s, by its look alone, whatever stands beside it, and nothing of that',
    (_kind, make) => {
      const beside = [
        '',
        'plain',
        'a b',
        '-----',
        'http://',
        'token=',
        'x;',
        '--password',
        'bearer',
      ];
      for (const before of beside)
        for (const after of beside) {
          const key = make();
          const found = known({ host: { A: before, B: key, C: after } });
          expect(found).toContain(key);
          for (const value of [before, after].filter(Boolean)) expect(found).not.toContain(value);
        }
    },
  );

  it.each<[string, Places]>([
    ['a model', { global: { ANTHROPIC_MODEL: 'claude-opus-4-5' } }],
    ['a word', { named: { NODE_ENV: 'production' }, host: { PASS_THROUGH: 'everything' } }],
    ['a locale', { host: { LC_ALL: 'de_DE.UTF-8' }, flags: ['LC_ALL'] }],
    ['a word that is named', { host: { MODE: 'production' }, flags: ['MODE'] }],
    ['a path', { host: { SSH_AUTH_SOCK: '/tmp/ssh/agent.1' }, named: { DATA: '/srv/data1' } }],
    [
      'a command',
      { global: { X: 'command:op read x' }, envFile: { GEMINI_API_KEY: 'command:y z1' } },
    ],
  ])('not %s', (_what, places) => {
    expect(known(places)).toEqual([]);
  });
});

describe('a variable that is the launcher’s own inside', () => {
  it.each(['HOME', 'AI_RUN', 'AI_ROWS', 'AI_COLUMNS', 'AI_AWAIT', 'AI_PORTS'])(
    '%s is refused in the setting env, however it is given there',
    (name) => {
      for (const places of [{ env: { [name]: 'x' } }, { flags: [`${name}=x`] }, { flags: [name] }])
        expect(() => find(name, places)).toThrow(
          expect.objectContaining({
            code: 'AI_USAGE',
            facts: expect.objectContaining({
              problem: `${name} is set by ai itself in every container, so it cannot be given (setting env)`,
            }) as unknown,
          }),
        );
    },
  );

  it('is left out, with a note, where a file has it among others', () => {
    const places: Places = { named: { HOME: '/x', A: '1' }, project: { AI_PORTS: '22' } };
    expect(valueOf('HOME', places)).toBe('/home/ai');
    expect(valueOf('AI_PORTS', places)).toBeUndefined();
    expect(valueOf('A', places)).toBe('1');
    expect(buildPlan(factsOf(places)).notes).toContain(
      'not given to the run, since ai sets it there itself: HOME, AI_PORTS',
    );
    expect(buildPlan(factsOf({ named: { A: '1' } })).notes.join()).not.toContain('not given');
  });

  it('is not what the settings of ai have as their own', () => {
    expect(valueOf('AI_MEMORY', { env: { AI_MEMORY: '1g' } })).toBe('1g');
  });
});
