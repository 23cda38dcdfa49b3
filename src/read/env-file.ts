// The user's file of variables, `env` in the state directory: KEY=VALUE lines, read as data and never run by a shell.

import path from 'node:path';
import { AiError } from '../base/errors.ts';
import { readTextIfThere } from '../host/files.ts';

export type EnvFile = Readonly<Record<string, string>>;

/** Empty where there is no such file; a line that is none is passed over, as the shell functions before did. */
export function readEnvFile(stateDirectory: string): EnvFile {
  try {
    return parseEnvFile(readTextIfThere(path.join(stateDirectory, 'env')) ?? '');
  } catch (error) {
    // A directory, or somebody else's file: no variables then.
    if (error instanceof AiError) return {};
    throw error;
  }
}

/** `KEY=VALUE`, `export KEY=VALUE`, values in single or double quotes; `#` begins a comment of a whole line. */
export function parseEnvFile(text: string): EnvFile {
  const found = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name = '', value = ''] =
      /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== '') found.set(name, unquoted(value));
  }
  return Object.fromEntries(found);
}

const unquoted = (value: string): string => /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;
