// Runs git of the host: quiet where it only looks, at the user's terminal where it does what the user asked for.

import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { Buffer } from 'node:buffer';
import { AiError } from '../base/errors.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { programAt, systemPath } from './program-path.ts';

export interface GitOptions {
  /** The repository's top, or where its top is to be looked for. */
  cwd: string;
  /** Git itself is found by its PATH. */
  environment: Readonly<Partial<Record<string, string>>>;
  /** Where hooks, filters and ssh are found when git acts, as they are by the user's own. */
  userPath: string | undefined;
  interrupt: AbortSignal;
}

export interface GitAnswer {
  code: number;
  stdout: Buffer;
  /** The end of what it said. */
  stderr: string;
}

/** What a repository may name as a program, which nothing that only looks is to run. */
const runningNothing = [
  ...['-c', 'core.fsmonitor=', '-c', 'diff.external=', '-c', 'core.hooksPath=/dev/null'],
  ...['-c', 'log.showSignature=false', '--no-pager', '--no-optional-locks'],
];

/** In a partial clone what is missing would be fetched, by what the repository names as ssh (git(1)); older git knows the second alone. */
const fetchingNothing = {
  ...{ GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: '', GIT_TERMINAL_PROMPT: '0' },
};

/** Bytes of an answer that is kept whole, and of words on stderr. */
const largestAnswer = 64 * 1024 * 1024;
const largestWords = 16 * 1024;

/**
 * Looks: runs no hook, no filter that is named in `unset`, asks for nothing, and says it in English.
 * @param take gets stdout as it comes; without it all of it is in the answer
 * @throws AiError AI_COMMAND_NOT_FOUND, AI_INTERRUPTED
 */
export async function askGit(
  words: readonly string[],
  options: GitOptions & { unset?: readonly string[]; take?: (chunk: Buffer) => void },
): Promise<GitAnswer> {
  const { environment, unset = [] } = options;
  const env = { ...environment, ...emptied(environment, unset), ...fetchingNothing, LC_ALL: 'C' };
  const before = [...runningNothing, ...emptiedByOptions(unset)];
  const child = start([...before, ...words], options, env, ['ignore', 'pipe', 'pipe']);
  const chunks: Buffer[] = [];
  let size = 0;
  const keep = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= largestAnswer) chunks.push(chunk);
  };
  child.stdout?.on('data', options.take ?? keep);
  const said = wordsOf(child);
  const { code } = await endOf(child, options);
  return { code, stdout: Buffer.concat(chunks), stderr: said() };
}

/**
 * Does what the user has asked for, hooks and all: what those print goes to stderr, and they may ask at the terminal.
 * @param onLine gets what it says line by line, where that is not to go to the terminal as it is
 * @returns `interrupted`: by the user. Ctrl-C at a terminal goes to git as well, whose end may be seen before our own signal
 * @throws AiError AI_COMMAND_NOT_FOUND, AI_INTERRUPTED before the start
 */
export async function actWithGit(
  words: readonly string[],
  options: GitOptions & { terminal: boolean; onLine?: (line: string) => void },
): Promise<{ code: number; said: string; interrupted: boolean }> {
  throwIfInterrupted(options.interrupt, `git ${words[0] ?? ''}`);
  const { terminal, onLine, environment, userPath } = options;
  const env = {
    ...environment,
    ...(userPath !== undefined && { PATH: userPath }),
    ...(terminal ? {} : { GIT_TERMINAL_PROMPT: '0' }),
  };
  const output = onLine ? 'pipe' : 2;
  const child = start(
    // What is set so is set for hooks as well.
    ['-c', 'core.fsmonitor=', ...words],
    options,
    env,
    [terminal ? 'inherit' : 'ignore', output, output],
    terminal,
  );
  for (const stream of [child.stdout, child.stderr]) if (stream && onLine) eachLine(stream, onLine);
  const said = wordsOf(child);
  const { code, signal } = await endOf(child, options, terminal);
  const interrupted = options.interrupt.aborted || signal === 'SIGINT';
  return { code, said: said(), interrupted };
}

function start(
  words: readonly string[],
  { cwd, interrupt, environment }: GitOptions,
  env: Readonly<Partial<Record<string, string>>>,
  stdio: StdioOptions,
  terminal = false,
): ChildProcess {
  throwIfInterrupted(interrupt, 'git');
  const program = programAt('git', environment['PATH'] ?? systemPath);
  if (program === undefined) throw new AiError('AI_COMMAND_NOT_FOUND', { command: 'git' });
  const child = spawn(program, [...words], { cwd, env, stdio });
  // At a terminal Ctrl-C has reached it as well.
  const end = (): void => {
    if (!terminal) child.kill();
  };
  interrupt.addEventListener('abort', end, { once: true });
  child.once('close', () => {
    interrupt.removeEventListener('abort', end);
  });
  return child;
}

function endOf(
  child: ChildProcess,
  { interrupt, cwd }: GitOptions,
  acts = false,
): Promise<{ code: number; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject(new AiError('AI_PROJECT_UNREADABLE', { path: cwd, cause: error.message }));
    });
    child.once('close', (code, signal) => {
      // What has been done is told, whatever else the user wants.
      if (interrupt.aborted && !acts)
        reject(new AiError('AI_INTERRUPTED', { before: 'the commit' }));
      else resolve({ code: code ?? 128, signal });
    });
  });
}

/** What stderr has said in the end, to be asked for after it. */
function wordsOf({ stderr }: ChildProcess): () => string {
  let text = '';
  stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-largestWords);
  });
  return () => text.trim();
}

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = (lines.pop() ?? '').slice(-largestWords);
    for (const line of lines) if (line.trim() !== '') onLine(line.trimEnd());
  });
  stream.once('end', () => {
    if (rest.trim() !== '') onLine(rest.trimEnd());
  });
}

/** Settings as empty, whatever the repository says: a name may hold what `-c` would take for the end of it. */
function emptied(
  environment: GitOptions['environment'],
  names: readonly string[],
): Record<string, string> {
  if (names.length === 0) return {};
  const before = Number(environment['GIT_CONFIG_COUNT'] ?? 0) || 0;
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(before + names.length)],
    ...names.flatMap((name, index) => [
      [`GIT_CONFIG_KEY_${before + index}`, name],
      [`GIT_CONFIG_VALUE_${before + index}`, emptyValueOf(name)],
    ]),
  ]) as Record<string, string>;
}

/** The same for git before 2.31, which does not know those variables. */
const emptiedByOptions = (names: readonly string[]): readonly string[] =>
  names
    .filter((name) => !name.includes('='))
    .flatMap((name) => ['-c', `${name}=${emptyValueOf(name)}`]);

const emptyValueOf = (name: string): string => (name.endsWith('.required') ? 'false' : '');
