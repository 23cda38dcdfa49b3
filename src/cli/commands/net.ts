// ai net: what runs with `network: allowlist` have reached or not, and hosts that the next ones may reach.

import type { CommandCall, CommandHandler } from '../commands.ts';
import { allowCommand } from '../../base/allow-command.ts';
import { AiError } from '../../base/errors.ts';
import { isOneWord, parseHostEntry, showHostEntry } from '../../base/host-name.ts';
import { nearest } from '../../base/nearest.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import {
  readNetworkLines,
  type NetworkLine,
  type NetworkUse,
} from '../../journal/network-lines.ts';
import { allowHost } from '../../launch/allow-host.ts';
import { settle } from '../../launch/settle.ts';
import { refusalWords } from '../audit-words.ts';
import { localTime } from '../local-time.ts';
import { formatTable } from '../table.ts';
import { print, say } from './answer.ts';

export const net: CommandHandler = async (call) => {
  const [action = 'log', ...words] = call.words;
  if (action === 'log') return log(call, words);
  if (action === 'allow') return allow(call, words);
  throw misuse(
    `ai net has no action “${action}”`,
    `ai net ${nearest(action, ['log', 'allow']) ?? 'log'}`,
  );
};

/** Lines of the table; --json has all. */
const mostRows = 50;

async function log(call: CommandCall, words: readonly string[]): Promise<number> {
  const { world, options } = call;
  if (words.length > 0) throw misuse(`ai net log takes no arguments`, 'ai net log');
  if (options.extra['project'] === true)
    throw misuse('ai net log does not take --project', 'ai net log');
  const { project } = await settle(world, options.settings, options.plain);
  const isAll = options.extra['all'] === true || project === undefined;
  const lines = readNetworkLines(world.stateDirectory, isAll ? undefined : project.root);
  if (options.plain.json) {
    print(call, lines);
    return exitCodes.ok;
  }
  if (lines.length === 0) {
    say(call, `no run ${isAll ? '' : 'here '}has asked for a host with network: allowlist`);
    return exitCodes.ok;
  }
  const { stdout } = world.streams;
  const rows = lines.slice(-mostRows).map((line) => rowOf(line, isAll));
  const head = ['TIME', 'RUN', 'HOST', 'REACHED', 'NEXT', ...(isAll ? ['PROJECT'] : [])];
  stdout.write(await formatTable(head, rows, stdout));
  return exitCodes.ok;
}

function rowOf(line: NetworkLine, isAll: boolean): readonly string[] {
  const { time, run, project } = line;
  const cells = 'leftOut' in line ? [`and ${line.leftOut} times more`, '', ''] : cellsOf(line);
  return [localTime(time), run, ...cells, ...(isAll ? [project] : [])];
}

function cellsOf({ host, port, allowed, reason = '' }: NetworkUse): readonly string[] {
  const place = port === undefined ? host : `${host}:${port}`;
  const next = allowCommand({ host, ...(port !== undefined && { port }) }, reason) ?? '';
  return [place, allowed && reason === '' ? 'yes' : `no: ${refusalWords[reason] ?? reason}`, next];
}

async function allow(call: CommandCall, words: readonly string[]): Promise<number> {
  const { world, options } = call;
  const [word] = words;
  if (word === undefined || words.length > 1) throw misuse('ai net allow takes one host', usage);
  if (options.extra['all'] === true) throw misuse('ai net allow does not take --all', usage);
  const entry = parseHostEntry(word);
  if (entry === undefined)
    throw misuse(
      `“${word}” is not a host: give a name like example.com, with :PORT for another port`,
      usage,
    );
  if (isOneWord(entry.host))
    throw misuse(
      `“${word}” is one word, which covers no host below it: name the whole host, like example.${entry.host}`,
      usage,
    );
  const host = showHostEntry(entry);
  const isProject = options.extra['project'] === true;
  const { file, changed, state } = await allowHost(world, host, {
    isProject,
    where: options.plain,
  });
  const { settings } = await settle(
    { ...world, emit: () => undefined },
    options.settings,
    options.plain,
  );
  if (options.plain.json) print(call, { host, file, changed });
  else
    say(
      call,
      changed
        ? `${host}, with all below it, is allowed in ${file}`
        : `${host} is allowed already, in ${file}`,
    );
  if (state === 'unasked' || state === 'refused')
    world.emit({ type: 'warning', text: 'it counts once you trust this project: ai trust' });
  else if (settings.network !== 'allowlist')
    say(call, 'it counts in runs with network: allowlist (ai config set network allowlist)');
  return exitCodes.ok;
}

const usage = 'ai net allow HOST[:PORT] [--project]';

const misuse = (problem: string, next: string): AiError =>
  new AiError('AI_USAGE', { problem, next });
