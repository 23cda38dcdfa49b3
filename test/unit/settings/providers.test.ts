// The setting `providers`: what it takes, how layers make one of it, and which names of models are meant.

import { describe, expect, it } from 'vitest';
import { AiError, type SettingProblem } from '../../../src/base/errors.ts';
import { resolveSettings } from '../../../src/settings/layers.ts';
import { chosenModel, providers, variablesOfModel } from '../../../src/settings/providers.ts';
import type { Settings } from '../../../src/settings/schema.ts';

const settingsOf = (...files: unknown[]): Settings =>
  resolveSettings(
    files.map((data, index) => ({
      origin: `file ${index}`,
      values: [{ key: 'providers', value: { kind: 'data', data }, place: `file:${index}` }],
    })),
  ).settings;

function problemsOf(data: unknown): readonly SettingProblem[] {
  try {
    settingsOf(data);
  } catch (error) {
    if (error instanceof AiError) return (error as AiError<'AI_SETTING_INVALID'>).facts.problems;
    throw error;
  }
  return [];
}

describe('providers', () => {
  it('has two without a word', () => {
    expect(settingsOf().providers).toEqual({
      ollama: { url: 'http://127.0.0.1:11434', api: 'both' },
      lmstudio: { url: 'http://127.0.0.1:1234', api: 'both' },
    });
  });

  it('is changed key by key, layer over layer', () => {
    const first = { work: { url: 'https://a.example/v1', key: 'WORK' }, ollama: { api: 'openai' } };
    expect(settingsOf(first, { work: { api: 'anthropic' } }).providers).toMatchObject({
      work: { url: 'https://a.example/v1', key: 'WORK', api: 'anthropic' },
      ollama: { url: 'http://127.0.0.1:11434', api: 'openai' },
      lmstudio: { api: 'both' },
    });
  });

  it.each([
    ['no map', 'http://a', /must be/],
    ['a name with capitals', { Work: { url: 'http://a' } }, /small letters/],
    ['a name with a colon', { 'a:b': { url: 'http://a' } }, /small letters/],
    ['__proto__', JSON.parse('{"__proto__":{"url":"http://a"}}'), /small letters/],
    ['an unknown key', { work: { uri: 'http://a' } }, /is not a setting/],
    ['no address', { work: { url: 'a.example' } }, /an address/],
    ['another scheme', { work: { url: 'file:///etc' } }, /an address/],
    ['a password in the address', { work: { url: 'http://u:p@a' } }, /an address/],
    ['a question in the address', { work: { url: 'http://a?key=x' } }, /an address/],
    ['a port that nothing listens at', { work: { url: 'http://a:0' } }, /an address/],
    ['an unknown API', { work: { url: 'http://a', api: 'google' } }, /openai, anthropic, both/],
    ['the key itself', { work: { url: 'http://a', key: 'sk-12-34' } }, /name of a variable/],
    [
      'a key that is a word',
      { work: { url: 'http://a', key: `A${'b1'.repeat(15)}` } },
      /not the key itself, not what is there$/,
    ],
    [
      'a key of GitHub',
      { work: { url: 'http://a', key: `ghp_${'a1'.repeat(18)}` } },
      /not what is there$/,
    ],
  ])('does not take %s', (_what, data, words) => {
    const [problem, ...more] = problemsOf(data);
    expect(`${problem?.key} ${problem?.problem}`).toMatch(words);
    expect(more).toEqual([]);
  });

  it('suggests the key that was meant', () => {
    expect(problemsOf({ work: { uri: 'http://a' } })).toMatchObject([
      { key: 'providers.work.uri', nearest: 'url' },
    ]);
  });

  it('cannot be a text', () => {
    expect(providers.fromText('ollama')).toBeUndefined();
  });
});

describe('a model', () => {
  const settings = (model: string | undefined, key?: string) => ({
    model,
    providers: { ollama: { url: 'http://a' }, work: { url: 'http://a', ...(key && { key }) } },
  });

  it.each([
    ['ollama:a:b', 'ollama', 'a:b'],
    ['work:', 'work', ''],
  ])('%s is %s’s', (model, name, rest) => {
    expect(chosenModel(settings(model))).toMatchObject({ name, model: rest });
  });

  it.each([undefined, 'opus', 'ollama', 'toString:x', 'ollama/x'])('%s is nobody’s', (model) => {
    expect(chosenModel(settings(model))).toBeUndefined();
    expect(variablesOfModel(settings(model, 'KEY'))).toEqual([]);
  });

  it('says which variables it needs', () => {
    expect(variablesOfModel(settings('work:x', 'KEY'))).toEqual(['KEY']);
    expect(variablesOfModel(settings('ollama:x'))).toEqual(['OLLAMA_HOST']);
  });
});
