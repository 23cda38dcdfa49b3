// Small helpers for the assistants' data files.

import { asObject, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Gesture, HostVariable, Login } from './assistant.ts';

/** The words that stand for what was asked for: `[yolo, '--yolo']` gives them only where the first is true. */
export const when = (wanted: unknown, ...words: readonly string[]): readonly string[] =>
  wanted ? words : [];

export const modelWords = ({ model }: Gesture, flag = '--model'): readonly string[] =>
  model === undefined ? [] : [flag, model];

/** A prompt as the last word of a command line; after `--` where it could be taken for an option or a command. */
export const lastWord = (text: string): readonly string[] =>
  /^-|^\S*$/.test(text) ? ['--', text] : [text];

/** The same for the prompt of a gesture, where there is one. */
export const promptWords = ({ prompt }: Gesture): readonly string[] =>
  prompt ? lastWord(prompt.text) : [];

/** Variables of the host that hold a credential, under their own names. */
export const secrets = (...names: readonly string[]): readonly HostVariable[] =>
  names.map((name) => ({ name, secret: true }));

/** Variables of the host that anybody may see. */
export const plain = (...names: readonly string[]): readonly HostVariable[] =>
  names.map((name) => ({ name, secret: false }));

/** Directories with all that is in them, for `kept`. */
export const treesOf = (names: string): readonly string[] =>
  names.split(' ').map((name) => `${name}/`);

/** The object of that name at the top of a JSON text. */
export const objectIn = (text: string | undefined, name: string): JsonObject | undefined =>
  asObject(parseJson(text)?.[name]);

/** Every text of that name, at any depth. */
export function textsCalled(name: string, value: JsonValue | undefined): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, JsonValue]) =>
    key === name && typeof item === 'string' ? [item] : textsCalled(name, item),
  );
}

/** A text that is there and not empty. */
export const filled = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** What a JSON web token says of itself. */
export const claimsOf = (token: JsonValue | undefined): JsonObject | undefined =>
  parseJson(Buffer.from(filled(token)?.split('.')[1] ?? '', 'base64url').toString());

/** An account at the vendor's, from values of its files as they are; its end counts only where nothing renews it. */
export function accountLogin(found: {
  who?: JsonValue | undefined;
  renews?: JsonValue | undefined;
  until?: JsonValue | undefined;
}): Login {
  const who = filled(found.who);
  const until = filled(found.renews) === undefined ? found.until : undefined;
  return { kind: 'account', ...(who && { who }), ...(typeof until === 'number' && { until }) };
}

/** A basic string of TOML: JSON's, but that DEL has to be escaped. */
export const toml = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007F');
