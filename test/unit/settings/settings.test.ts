// Settings: how each type is read, and what the layers make of each other.

import { describe, expect, it } from 'vitest';
import { AiError, type SettingProblem } from '../../../src/base/errors.ts';
import {
  environmentLayer,
  resolveSettings,
  type Layer,
  type LayerValue,
} from '../../../src/settings/layers.ts';
import { schema, settingKeys, variableOf } from '../../../src/settings/schema.ts';
import type { SettingRecord } from '../../../src/settings/setting.ts';
import * as types from '../../../src/settings/types.ts';

const data = (key: string, value: unknown, place = 'config.yaml:1'): LayerValue => ({
  key,
  value: { kind: 'data', data: value },
  place,
});
const option = (key: string, text: string): LayerValue => ({
  key,
  value: { kind: 'flag', text },
  place: `--${key}`,
});
const layer = (...values: LayerValue[]): Layer => ({ origin: 'test', values });
const variables = (environment: Record<string, string>): Layer =>
  environmentLayer(environment).layer;

function problemsOf(...layers: Layer[]): readonly SettingProblem[] {
  try {
    resolveSettings(layers);
  } catch (error) {
    if (error instanceof AiError && error.code === 'AI_SETTING_INVALID')
      return (error as AiError<'AI_SETTING_INVALID'>).facts.problems;
    throw error;
  }
  return [];
}

describe('types', () => {
  const choice = types.choice('open', 'none');
  const no = undefined;
  it.each<[string, types.ValueType<unknown>, string, unknown]>([
    ['text', types.text, 'x y', 'x y'],
    ['text', types.text, '', no],
    ['flag', types.flag, 'Yes', true],
    ['flag', types.flag, '1', true],
    ['flag', types.flag, 'off', false],
    ['flag', types.flag, '', false],
    ['flag', types.flag, 'maybe', no],
    ['choice', choice, 'none', 'none'],
    ['choice', choice, 'None', no],
    ['size', types.size, '4g', 4 * 1024 ** 3],
    ['size', types.size, '0', no],
    ['size', types.size, 'lots', no],
    ['duration', types.duration, '10m', 600],
    ['duration', types.duration, '0s', no],
    ['number', types.positiveNumber, '1.5', 1.5],
    ['number', types.positiveNumber, '.5', 0.5],
    ['number', types.positiveNumber, '-1', no],
    ['number', types.positiveNumber, '1e3', no],
    ['integer', types.positiveInteger, '4096', 4096],
    ['integer', types.positiveInteger, '1.5', no],
    ['integer', types.positiveInteger, '0', no],
    ['image', types.imageReference, 'node:24-trixie-slim', 'node:24-trixie-slim'],
    ['image', types.imageReference, 'localhost:5000/a/b_c:x', 'localhost:5000/a/b_c:x'],
    ['image', types.imageReference, '[::1]:5000/a', '[::1]:5000/a'],
    ['image', types.imageReference, `a@sha256:${'0'.repeat(64)}`, `a@sha256:${'0'.repeat(64)}`],
    ['image', types.imageReference, `sha256:${'0'.repeat(64)}`, `sha256:${'0'.repeat(64)}`],
    ['image', types.imageReference, 'Bad Name', no],
    ['image', types.imageReference, 'Bad', no],
    ['image', types.imageReference, 'a b', no],
    ['image', types.imageReference, 'a\nb', no],
    ['image', types.imageReference, 'a:', no],
    ['image', types.imageReference, 'a//b', no],
    ['image', types.imageReference, '../a', no],
    ['image', types.imageReference, '', no],
    ['list', types.list, 'a:b\nc d\n', ['a:b', 'c d']],
    ['variables', types.variables, 'A=1\nB\nC=x=y', { A: '1', B: null, C: 'x=y' }],
    ['variables', types.variables, 'A=two\nlines\nB=1', { A: 'two', lines: null, B: '1' }],
    ['variables', types.variables, 'A=two\n lines\nB=1', { A: 'two\n lines', B: '1' }],
    ['variables', types.variables, '1A=1', no],
  ])('%s from the text %j', (_name, type, text, value) => {
    expect(type.fromText(text)).toEqual(value);
  });

  it.each<[string, types.ValueType<unknown>, unknown, unknown]>([
    ['text', types.text, 5, no],
    ['flag', types.flag, false, false],
    ['flag', types.flag, 'true', no],
    ['size', types.size, 1024, 1024],
    ['size', types.size, '1k', 1024],
    ['size', types.size, true, no],
    ['duration', types.duration, '1m', 60],
    ['number', types.positiveNumber, '2', no],
    ['number', types.positiveNumber, Infinity, no],
    ['integer', types.positiveInteger, 1.5, no],
    ['list', types.list, 'one', ['one']],
    ['list', types.list, ['a', 'b'], ['a', 'b']],
    ['list', types.list, ['a', 1], no],
    ['variables', types.variables, { A: 1, B: true, C: null }, { A: '1', B: 'true', C: null }],
    ['variables', types.variables, { A: [] }, no],
    ['variables', types.variables, { 'a-b': 1 }, no],
    ['variables', types.variables, ['A=1'], no],
  ])('%s from the data %j', (_name, type, value, expected) => {
    expect(type.fromData(value)).toEqual(expected);
  });
});

describe('layers', () => {
  it('begin with the defaults', () => {
    const { settings, origins } = resolveSettings([]);
    expect(settings).toMatchObject({
      assistant: 'claude',
      network: 'open',
      root: false,
      mounts: [],
    });
    expect(Object.keys(settings).sort()).toEqual([...settingKeys].sort());
    expect(origins).toEqual({});
  });

  it('win over earlier ones, and say where from', () => {
    const file = layer(data('memory', '1g', 'config.yaml:3'), data('pids', 10, 'config.yaml:4'));
    const { settings, origins } = resolveSettings([
      file,
      variables({ AI_MEMORY: '2g', AI_CPUS: '2', AI_MODEL: '' }),
      layer(option('cpus', '3')),
    ]);
    expect(settings).toMatchObject({ memory: 2 * 1024 ** 3, pids: 10, cpus: 3, model: undefined });
    expect(origins).toEqual({ memory: 'AI_MEMORY', pids: 'config.yaml:4', cpus: '--cpus' });
  });

  it('add to lists and merge variables', () => {
    const { settings } = resolveSettings([
      layer(data('mounts', ['/a:/a']), data('env', { A: 1, B: 1 })),
      variables({ AI_MOUNTS: '/b:/b\n/c:/c', AI_ENV: 'B=2' }),
      layer(option('mounts', '/d:/d'), option('env', 'C'), option('env', 'A=3')),
    ]);
    expect(settings.mounts).toEqual(['/a:/a', '/b:/b', '/c:/c', '/d:/d']);
    expect(settings.env).toEqual({ A: '3', B: '2', C: null });
  });

  it('take a flag whole, whatever is in it', () => {
    const { settings } = resolveSettings([
      layer(option('mounts', '/new\nline:/x'), option('env', 'A=1\nB=2')),
    ]);
    expect(settings.mounts).toEqual(['/new\nline:/x']);
    expect(settings.env).toEqual({ A: '1\nB=2' });
  });

  it('add up hosts to allow, from every place: none takes away those of another', () => {
    const { settings } = resolveSettings([
      layer(data('allow', ['a.example'], 'config.yaml:1')),
      layer(data('allow', ['b.example'], '/p/.airc:1')),
      variables({ AI_ALLOW: 'c.example d.example' }),
      layer(option('allow', 'e.example')),
    ]);
    expect(settings.allow).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.example`));
  });

  it('never change the defaults', () => {
    resolveSettings([layer(option('mounts', '/a:/a'), option('env', 'A=1'))]);
    expect(resolveSettings([]).settings).toMatchObject({ mounts: [], env: {} });
  });

  it('report everything that is wrong at once, with its place', () => {
    const problems = problemsOf(
      layer(data('memroy', '1g', 'config.yaml:1'), data('pids', 'many', 'config.yaml:2')),
      variables({ AI_NETWORK: 'closed' }),
      layer(option('env', '1=2'), option('model', '')),
    );
    expect(problems).toEqual([
      { origin: 'config.yaml:1', key: 'memroy', problem: 'is not a setting', nearest: 'memory' },
      {
        origin: 'config.yaml:2',
        key: 'pids',
        problem: 'must be a whole number above 0, not “many”',
      },
      {
        origin: 'AI_NETWORK',
        key: 'network',
        problem:
          'must be one of open, allowlist, none, host, or name:NETWORK for one of Docker’s, not “closed”',
      },
      {
        origin: '--env',
        key: 'env',
        problem: 'must be KEY=VALUE or KEY, with a name that a shell takes, not “1=…”',
      },
      { origin: '--model', key: 'model', problem: 'must be a text, not nothing' },
    ]);
  });

  it.each<[LayerValue, string]>([
    [option('timeout', '25d'), 'at most 24 days, not “25d”'],
    [data('timeout', 1e9), 'at most 24 days, not “1000000000”'],
    [option('pids', '4194305'), 'at most 4194304, not “4194305”'],
    [option('memory', '5m'), 'between 6m and 1024t, not “5m”'],
    [option('memory', '99999999t'), 'between 6m and 1024t, not “99999999t”'],
    [option('cpus', '1000000'), 'between 0.01 and 8192, not “1000000”'],
    [
      option('image.base', 'Bad Name'),
      'the name of an image like node:24 or team/node:24-slim, not “Bad Name”',
    ],
    [data('pids', '5'), 'a whole number above 0, not “5”'],
    [data('pids', null), 'a whole number above 0, not nothing'],
    [data('cpus', Infinity), 'a number above 0, not “Infinity”'],
    [data('model', ['a']), 'a text, not “["a"]”'],
  ])('refuse %j', (value, expected) => {
    expect(problemsOf(layer(value))).toMatchObject([{ problem: `must be ${expected}` }]);
  });

  it.each([
    option('timeout', '24d'),
    option('pids', '4194304'),
    option('memory', '6m'),
    option('memory', '1024t'),
    option('cpus', '0.01'),
  ])('take %j', (value) => {
    expect(problemsOf(layer(value))).toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('know no setting %s', (key) => {
    expect(problemsOf(layer(data(key, 1)))).toMatchObject([{ key, problem: 'is not a setting' }]);
  });

  it('cut a long wrong value', () => {
    const [problem] = problemsOf(layer(option('cpus', 'x'.repeat(500))));
    expect(problem?.problem.length).toBeLessThan(100);
  });
});

describe('the environment', () => {
  it.each([
    ['AI_ASSISTENT', ['AI_ASSISTENT is not a setting; did you mean AI_ASSISTANT?']],
    ['AI_MEMROY', ['AI_MEMROY is not a setting; did you mean AI_MEMORY?']],
    ['AI_MODLE', ['AI_MODLE is not a setting; did you mean AI_MODEL?']],
    ['AI_TIMEOT', ['AI_TIMEOT is not a setting; did you mean AI_TIMEOUT?']],
    ['AI_MODE', ['AI_MODE is not a setting; did you mean AI_MODEL?']],
    ['AI_CPU', ['AI_CPU is not a setting; did you mean AI_CPUS?']],
    ['AI_ROTO', ['AI_ROTO is not a setting; did you mean AI_ROOT?']],
    ['AI_PORT', []],
    ['AI_HOME', []],
    ['AI_KEY', []],
    ['AI_POST', []],
    ['AI_TOKEN', []],
    ['AI_NETWORK_ID', []],
    ['AI_GATEWAY_URL', []],
    ['AI_RUN', []],
    ['AIR_MODEL', []],
    ['PATH', []],
  ])('%s warns: %j', (name, warnings) => {
    const found = environmentLayer({ [name]: 'x' });
    expect(found.warnings).toEqual(warnings);
    expect(found.layer.values).toEqual([]);
  });

  it.each([
    ['image.base', 'AI_IMAGE_BASE'],
    ['caCertificates', 'AI_CA_CERTIFICATES'],
    ['ssh.ghToken', 'AI_SSH_GH_TOKEN'],
    ['assistant', 'AI_ASSISTANT'],
  ] as const)('calls %s %s', (key, name) => {
    expect(variableOf(key)).toBe(name);
    expect(environmentLayer({ [name]: 'x' }).layer.values).toMatchObject([{ key, place: name }]);
  });
});

describe('the schema', () => {
  it.each(settingKeys)('has a default of its type and a help text for %s', (key) => {
    const { type, default: value, help } = schema[key] as SettingRecord;
    expect(help).toMatch(/^\S.*[^.]$/);
    if (value !== undefined) expect(type.fromData(value)).toEqual(value);
  });

  it('uses no flag and no variable twice', () => {
    const flags = settingKeys.flatMap(
      (key) => (schema[key] as SettingRecord).flag?.match(/(?<!\S)-{1,2}[A-Za-z-]+/g) ?? [],
    );
    expect(new Set(flags).size).toBe(flags.length);
    expect(new Set(settingKeys.map(variableOf)).size).toBe(settingKeys.length);
  });
});
