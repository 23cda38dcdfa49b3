// The setting `providers`: where models are that no vendor of an assistant serves, on this machine above all; and how `model`
// names one of them.

import { looksSecret } from '../base/secret-patterns.ts';
import { mapOf, record } from './shapes.ts';
import { choice, matching, variableName, type ValueType } from './types.ts';

/** Whose API is spoken there: OpenAI's (chat and responses), Anthropic's (messages), or either. */
export type ProviderApi = 'openai' | 'anthropic' | 'both';

export interface Provider {
  readonly url?: string;
  readonly api?: ProviderApi;
  /** Name of the variable, or of the secret, that holds the key. */
  readonly key?: string;
}

export type Providers = Readonly<Record<string, Provider>>;

/** What most programs that serve models take, where nothing is said. */
export const usualApi: ProviderApi = 'openai';

/** Those that everybody has, as they are where nobody has changed them. */
export const builtInProviders = {
  ollama: { url: 'http://127.0.0.1:11434', api: 'both' },
  lmstudio: { url: 'http://127.0.0.1:1234', api: 'both' },
} as const satisfies Providers;

const address: ValueType<string> = {
  expected: 'an address like http://127.0.0.1:8000',
  json: { type: 'string', pattern: '^https?://' },
  fromText: (text) => (isAddress(text) ? text : undefined),
  fromData: (data) => (typeof data === 'string' && isAddress(data) ? data : undefined),
};

/** Without a key in it: that would be shown wherever the address is. */
function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, port, username, password, search, hash } = new URL(text);
  // Nothing listens at port 0.
  if (port === '0') return false;
  return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => !part);
}

const word = matching(
  variableName,
  'the name of a variable or secret like WORK_KEY, not the key itself',
  128,
);

/** Never shown where it is wrong: it may be a key. */
const keyName: ValueType<string> = {
  ...word,
  fromText: (text) => (isNoKey(text) ? word.fromText(text) : undefined),
  fromData: (data) => (typeof data === 'string' && isNoKey(data) ? word.fromData(data) : undefined),
  shown: () => 'what is there',
};

/** Many a key could be a name: it would be asked for, and said to be missing. */
const isNoKey = (text: string): boolean =>
  !looksSecret(text) && !(text.length >= 24 && /\d/.test(text) && !text.includes('_'));

export const providers: ValueType<Providers> = mapOf(
  {
    pattern: /^[a-z][a-z0-9_-]{0,31}$/,
    expected: 'a name of small letters, digits, - and _, like work',
  },
  record<Provider>({ url: address, api: choice('openai', 'anthropic', 'both'), key: keyName }),
);

export interface ChosenModel {
  name: string;
  provider: Provider;
  /** The model in the provider's own words; empty where none is named. */
  model: string;
}

/** The provider that `model` names before its first colon; undefined where the assistant is to know the name itself. */
export function chosenModel(settings: ModelSettings): ChosenModel | undefined {
  const [name = '', ...rest] = settings.model?.split(':') ?? [];
  const provider = Object.hasOwn(settings.providers, name) ? settings.providers[name] : undefined;
  return provider && rest.length > 0 ? { name, provider, model: rest.join(':') } : undefined;
}

export interface ModelSettings {
  readonly model: string | undefined;
  readonly providers: Providers;
}

/** Where Ollama listens, as its own users say it. */
export const ollamaVariable = 'OLLAMA_HOST';

/** Variables of the host that the way to the chosen model depends on: its key, and for Ollama its place. */
export function variablesOfModel(settings: ModelSettings): readonly string[] {
  const chosen = chosenModel(settings);
  if (chosen === undefined) return [];
  const { key } = chosen.provider;
  return [
    ...(key === undefined ? [] : [key]),
    ...(chosen.name === 'ollama' ? [ollamaVariable] : []),
  ];
}
