// Which registries the package managers of this machine use, as they say themselves: their own ones where nothing else is set.

import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { isAiError } from '../base/errors.ts';
import { parseHostEntry } from '../base/host-name.ts';
import { runCommand, type CommandOptions } from '../host/command.ts';
import { runNpm, withoutNpmRun } from '../host/npm.ts';
import { indexInHelp, pipHelp } from '../host/pip.ts';
import { programAt } from '../host/program-path.ts';
import { hostOfUrl } from '../plan/egress.ts';
import type { NamedHost } from '../plan/network-facts.ts';
import { configFiles } from './package-registries.ts';

interface Question {
  program: 'npm' | 'pip3' | 'go';
  args: readonly string[];
  origin: string;
  /** Addresses, or names of hosts, in what it prints. */
  read: (output: string) => readonly string[];
  /** Variables that have a say in it. */
  variables: RegExp;
  /** The answer comes over the network: without one, there is nothing to say. */
  isOfNetwork?: boolean;
}

const quickly = ['--no-input', '--disable-pip-version-check', '--retries=0', '--timeout=3'];

const questions: readonly Question[] = [
  {
    ...{ program: 'npm', args: ['config', 'get', 'registry', '--loglevel=silent'] },
    origin: 'npm’s registry',
    read: addressesIn,
    variables: /^(npm_|prefix$)/i,
  },
  {
    ...{ program: 'pip3', args: pipHelp },
    origin: 'pip’s index',
    read: (output) => addressesIn(indexInHelp(output)),
    variables: /^PIP_/,
  },
  {
    // An index may have its files elsewhere, which only its pages tell: here one that every index has. No version is that high.
    ...{ program: 'pip3', args: ['download', '-vv', ...quickly, '--no-deps', 'pip>9999'] },
    origin: 'files of pip’s index',
    read: (output) =>
      [...output.matchAll(/^ *(?:Found|Skipping) link\b.*?(https?:\/\/\S+)/gm)].map(
        ([, url = '']) => url,
      ),
    variables: /^(PIP_|(https?|all|no)_proxy$)/i,
    isOfNetwork: true,
  },
  {
    ...{ program: 'go', args: ['env', 'GOPROXY', 'GOSUMDB'] },
    origin: 'go’s proxy',
    // A database is a name, with a key or an address behind it.
    read: (output) => output.split(/[,|\s]+/).map((word) => word.replace(/\+.*$/, '')),
    variables: /^GO/,
  },
];

/** What was answered before, by everything that it depends on. */
export interface KeptAnswers {
  get: (key: string) => readonly string[] | undefined;
  put: (key: string, texts: readonly string[]) => void;
}

export interface AskOptions extends Omit<CommandOptions, 'onLine' | 'patience'> {
  kept?: KeptAnswers;
  /** Milliseconds for each of them. */
  limit?: number;
  /** For tests: where `/etc` is. */
  root?: string | undefined;
}

/** `silent`: those that did not answer in time. */
export interface Answers {
  hosts: readonly NamedHost[];
  silent: readonly string[];
}

/**
 * Takes as long as the slowest of them, half a second. Those that are not installed, or say nothing, are left out.
 * @param options `cwd` has to be a directory of the user's own: a repository's settings must not count
 * @throws AiError AI_INTERRUPTED
 */
export async function askRegistries(options: AskOptions): Promise<Answers> {
  const environment = ownEnvironment(options.environment);
  const answers = await Promise.all(
    questions.map(async (question) => ({
      question,
      texts: await answerTo(question, { ...options, environment }),
    })),
  );
  return {
    hosts: answers.flatMap(({ question, texts }) => (texts ?? []).flatMap(hostsOf(question))),
    silent: answers.flatMap(({ question, texts }) => (texts ? [] : [question.program])),
  };
}

/** Without what leads an interpreter to a project's modules (python(1)), and npm to its settings. */
const ownEnvironment = (environment: CommandOptions['environment']) =>
  Object.fromEntries(
    Object.entries(withoutNpmRun(environment)).filter(
      ([name]) => !name.startsWith('PYTHON') && name !== 'VIRTUAL_ENV',
    ),
  );

const hostsOf =
  ({ origin }: Question) =>
  (text: string): readonly NamedHost[] => {
    // `direct` and `off` are no hosts.
    const isName = text.includes('.') && !text.includes(':');
    const host = isName ? parseHostEntry(text) : hostOfUrl(text);
    return host === undefined ? [] : [{ ...host, origin }];
  };

/** Undefined where it took too long. */
async function answerTo(
  question: Question,
  options: AskOptions,
): Promise<readonly string[] | undefined> {
  const file = programAt(question.program, options.environment['PATH']);
  if (file === undefined) return [];
  const { kept } = options;
  const key = keyOf(question, file, options);
  const known = kept?.get(key);
  if (known !== undefined) return known;
  const texts = (await ask(question, options)) ?? (question.isOfNetwork ? [] : undefined);
  if (texts !== undefined && (texts.length > 0 || question.isOfNetwork)) kept?.put(key, texts);
  return texts;
}

async function ask(
  { program, args, read }: Question,
  { environment, cwd, interrupt, limit = 5000 }: AskOptions,
): Promise<readonly string[] | undefined> {
  const late = AbortSignal.timeout(limit);
  const signal = interrupt ? AbortSignal.any([interrupt, late]) : late;
  const lines: string[] = [];
  const options = {
    ...{ environment, cwd, interrupt: signal, patience: 200 },
    onLine: (line: string) => lines.push(line),
  };
  try {
    await (program === 'npm' ? runNpm(args, options) : runCommand([program, ...args], options));
  } catch (error) {
    if (isAiError(error, 'AI_INTERRUPTED') && interrupt?.aborted !== true) return undefined;
    throw error;
  }
  return [...new Set(read(lines.join('\n')).map(withoutPath))];
}

/** A page of an index has hundreds of addresses at one host. */
const withoutPath = (text: string): string => (URL.canParse(text) ? new URL(text).origin : text);

/** A digest, because variables may hold passwords. */
function keyOf({ program, args, variables }: Question, file: string, options: AskOptions): string {
  const { environment, cwd: home, root } = options;
  const said = Object.entries(environment).filter(([name]) => variables.test(name));
  const files = configFiles({ home, environment, ...(root !== undefined && { root }) })[program];
  const parts = [program, args, home, said.sort(), [file, ...files].map(stateOf)];
  return `${program} ${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

function stateOf(file: string): readonly unknown[] {
  try {
    const real = realpathSync(file);
    const { mtimeMs, size } = statSync(real);
    return [real, mtimeMs, size];
  } catch {
    return [file];
  }
}

function addressesIn(text: string): readonly string[] {
  return text.match(/https?:\/\/[^\s)"',]+/g) ?? [];
}
