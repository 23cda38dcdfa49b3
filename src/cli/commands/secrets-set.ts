// ai secrets set and ai secrets import: values from stdin, a file or the terminal, never from the command line.

import { readFileSync, statSync } from 'node:fs';
import { AiError, messageOf } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { path } from '../../base/path.ts';
import { quoteForShell } from '../../base/quote.ts';
import { largestSecret } from '../../base/secret-patterns.ts';
import type { KnownNames } from '../../plan/reach.ts';
import { largestEnvFile, parseEnvFile } from '../../read/env-file.ts';
import { asReference, commandIn } from '../../settings/references.ts';
import { hasSecret, keepSecrets } from '../../state/secret-store.ts';
import { askSecret } from '../ask-secret.ts';
import type { CommandCall, CommandHandler } from '../commands.ts';
import { say } from './answer.ts';
import { checkedName, reachWords, storeOf, type Store } from './secrets.ts';

export const set: CommandHandler = async (call) => {
  const { world, options } = call;
  const word = nameIn(call.words);
  const store = await storeOf(call);
  const name = checkedName(word, store.names);
  const variable = store.names.variableNameOf(name);
  const { command } = options.extra;
  const text =
    typeof command === 'string'
      ? referenceTo(command, variable)
      : checkedValue(await givenValue(variable), name, store.names);
  world.redactor.learn([text]);
  const isReplaced = hasSecret(store, name);
  await keepSecrets(world.stateDirectory, store, new Map([[name, text]]));
  say(
    call,
    `${isReplaced ? 'replaced' : 'kept'} ${variable}; it reaches ${reachWords(name, store)}`,
  );
  return 0;
};

/** @throws AiError AI_USAGE, without a word of what could be a value */
function nameIn([first, ...more]: readonly string[]): string {
  if (first === undefined)
    throw new AiError('AI_USAGE', {
      problem: 'ai secrets set needs a name',
      next: 'ai secrets set NPM_TOKEN',
    });
  const [name = ''] = first.split('=');
  if (more.length === 0 && name === first) return name;
  const shown = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : 'NAME';
  throw new AiError('AI_USAGE', {
    problem:
      'a value on the command line can be read by every process here, and stays in the history of your shell',
    next: `ai secrets set ${shown} <FILE  or, typed without being shown: ai secrets set ${shown}`,
  });
}

function referenceTo(command: string, name: string): string {
  const text = asReference(command);
  if (commandIn(text) !== undefined && !/[\0\r\n]/.test(command)) return text;
  throw new AiError('AI_USAGE', {
    problem: 'a command is one line that prints the value',
    next: `ai secrets set ${name} --command 'op read …'`,
  });
}

/** What stands on stdin, or is typed at the terminal. @throws AiError AI_USAGE */
async function givenValue(name: string): Promise<string> {
  if (process.stdin.isTTY)
    return (await askSecret(`ai: ${name}: `, `ai secrets set ${name} <FILE`)) ?? '';
  return withoutLineEnd(textOf(await readStdin(largestSecret)));
}

const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '');

/** @throws AiError AI_USAGE where it is no value for that name */
function checkedValue(given: string, name: string, names: KnownNames): string {
  const value = names.isKey(name) ? given.trim() : given;
  const variable = names.variableNameOf(name);
  const problem = problemOf(value, names.isKey(name));
  if (problem === undefined) return value;
  throw new AiError('AI_USAGE', {
    problem: `${variable} is not kept: ${problem}`,
    next:
      commandIn(value) === undefined
        ? `ai secrets set ${variable} <FILE`
        : `ai secrets set ${variable} --command '…'`,
  });
}

function problemOf(value: string, isKey: boolean): string | undefined {
  if (value.trim() === '') return 'the value is empty';
  if (value.includes('\0')) return 'it has a zero byte, which no variable can hold';
  if (Buffer.byteLength(value) > largestSecret) return 'a secret has at most 64 kB';
  if (isKey && /\s/.test(value)) return 'a key is one word';
  // Whoever wrote it would have it executed here.
  if (commandIn(value) !== undefined) return 'a command is given by --command';
  return undefined;
}

export const importFile: CommandHandler = async (call) => {
  const { world, words, options } = call;
  const [file, ...more] = words;
  if (file === undefined || more.length > 0)
    throw new AiError('AI_USAGE', {
      problem: 'ai secrets import takes one file of KEY=VALUE lines, or - for stdin',
      next: 'ai secrets import .env',
    });
  const store = await storeOf(call);
  const { names } = store;
  const source =
    file === '-' ? 'stdin' : path.resolve(world.directory, options.plain.directory ?? '.', file);
  const text = textOf(file === '-' ? await readStdin(largestEnvFile) : readFile(source));
  const { values, strange } = parseEnvFile(text);
  world.redactor.learn(Object.values(values));
  for (const line of strange)
    world.emit({ type: 'warning', text: `${source}:${line}: no KEY=VALUE line, passed over` });
  const good = new Map<string, string>();
  for (const [variable, value] of Object.entries(values)) {
    const name = names.fileNameOf(variable);
    const problem = problemOf(value, names.isKey(name));
    if (problem === undefined) good.set(name, value);
    else world.emit({ type: 'warning', text: `${variable} is passed over: ${problem}` });
  }
  const taken = await withoutThoseToStay(call, store, good);
  if (taken.size > 0) await keepSecrets(world.stateDirectory, store, taken);
  for (const name of taken.keys())
    say(call, `kept ${names.variableNameOf(name)}; it reaches ${reachWords(name, store)}`);
  if (good.size === 0) say(call, `there is nothing to take in ${source}`);
  else if (file !== '-' && taken.size > 0)
    say(call, `${source} is as it was: rm ${quoteForShell(source)}  if nothing else needs it`);
  return taken.size < good.size ? exitCodes.notAllTaken : exitCodes.ok;
};

/** Replaces nothing unasked. */
async function withoutThoseToStay(
  { world }: CommandCall,
  store: Store,
  found: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const known = [...found.keys()].filter((name) => hasSecret(store, name));
  const names = known.map(store.names.variableNameOf).join(', ');
  if (known.length === 0 || (await world.confirm(`Replace ${names}?`))) return found;
  world.emit({ type: 'warning', text: `not replaced: ${names} (--yes replaces what is there)` });
  return new Map([...found].filter(([name]) => !known.includes(name)));
}

function readFile(file: string): Buffer {
  const refuse = (cause: string): AiError =>
    new AiError('AI_FILE_UNREADABLE', { path: file, cause });
  try {
    if (statSync(file).size > largestEnvFile) throw refuse('it is larger than 1 MiB');
    return readFileSync(file);
  } catch (error) {
    throw error instanceof AiError ? error : refuse(messageOf(error));
  }
}

async function readStdin(most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most + 2) throw notTaken(`more than ${most / 1024} kB stand on stdin`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw notTaken('what was given is not UTF-8 text');
  }
}

const notTaken = (problem: string): AiError =>
  new AiError('AI_USAGE', { problem, next: 'ai secrets --help' });
