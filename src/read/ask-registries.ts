// Which registries the package managers of this machine use, as they say themselves: their own ones where nothing else is set.

import { runCommand, isInstalled, type CommandOptions } from '../host/command.ts';
import { runNpm } from '../host/npm.ts';
import { hostOfUrl } from '../plan/egress.ts';
import { parseHostEntry } from '../base/host-name.ts';
import type { NamedHost } from '../plan/network-facts.ts';

interface Question {
  program: string;
  args: readonly string[];
  origin: string;
  /** Addresses, or names of hosts, in what it prints. */
  read: (output: string) => readonly string[];
}

const questions: readonly Question[] = [
  {
    ...{ program: 'npm', args: ['config', 'get', 'registry', '--loglevel=silent'] },
    origin: 'npm’s registry',
    read: addressesIn,
  },
  {
    // Its configuration knows only what is set; the help says what is used.
    ...{ program: 'pip3', args: ['download', '--help'] },
    origin: 'pip’s index',
    read: (output) => addressesIn(/--index-url[^]*?(?=\n +-)/.exec(output)?.[0] ?? ''),
  },
  {
    ...{ program: 'go', args: ['env', 'GOPROXY', 'GOSUMDB'] },
    origin: 'go’s proxy',
    // A database is a name, with a key or an address behind it.
    read: (output) => output.split(/[,|\s]+/).map((word) => word.replace(/\+.*$/, '')),
  },
];

/**
 * Takes as long as the slowest of them, half a second. Those that are not installed, or say nothing, are left out.
 * @param options `cwd` has to be a directory of the user's own: a repository's settings must not count
 * @throws AiError AI_INTERRUPTED
 */
export async function askRegistries(
  options: Omit<CommandOptions, 'onLine'>,
): Promise<readonly NamedHost[]> {
  const answers = await Promise.all(questions.map((question) => ask(question, options)));
  return answers.flat();
}

async function ask(
  { program, args, origin, read }: Question,
  options: Omit<CommandOptions, 'onLine'>,
): Promise<readonly NamedHost[]> {
  if (!isInstalled(program, options.environment)) return [];
  const lines: string[] = [];
  const whole = { ...options, onLine: (line: string) => lines.push(line) };
  await (program === 'npm' ? runNpm(args, whole) : runCommand([program, ...args], whole));
  return read(lines.join('\n')).flatMap((text) => {
    // `direct` and `off` are no hosts.
    const isName = text.includes('.') && !text.includes(':');
    const host = isName ? parseHostEntry(text) : hostOfUrl(text);
    return host === undefined ? [] : [{ ...host, origin }];
  });
}

function addressesIn(text: string): readonly string[] {
  return text.match(/https?:\/\/[^\s)"',]+/g) ?? [];
}
