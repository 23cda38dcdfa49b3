// ai config path, validate and schema: the files that settings come from, and what is wrong in them.

import { path } from '../../base/path.ts';
import type { CommandHandler } from '../commands.ts';
import { AiError, type SettingProblem } from '../../base/errors.ts';
import { showAsJson } from '../../base/quote.ts';
import { readTextIfThere } from '../../host/files.ts';
import {
  problemsInText,
  problemsInPlaces,
  settingsFiles,
  type CheckedFile,
  type SettingsFile,
} from '../../launch/settings-files.ts';
import { formatTable } from '../table.ts';
import { nextFor, problemLines } from '../setting-words.ts';
import { directoryOf } from './config.ts';

export const showPaths: CommandHandler = async (call) => {
  const { streams } = call.world;
  const files = await settingsFiles(call.world, call.options.plain);
  if (call.options.plain.json) {
    const answer = files.map(({ file, owner, isThere, state = null }) => ({
      file,
      owner,
      exists: isThere,
      state,
    }));
    streams.stdout.write(`${showAsJson(answer, 2)}\n`);
    return 0;
  }
  const rows = files.map(({ file, owner, isThere, state }) => [
    file,
    owner === 'user' ? 'yours' : 'the project’s',
    state ? stateWords[state] : isThere ? 'counts' : 'not there yet',
  ]);
  streams.stdout.write(await formatTable(['FILE', 'WHOSE', 'STATE'], rows, streams.stdout));
  return 0;
};

const stateWords: Record<NonNullable<SettingsFile['state']>, string> = {
  harmless: 'counts',
  trusted: 'counts: you trust it',
  unasked: 'not trusted yet: only what is harmless counts',
  refused: 'not trusted: only what is harmless counts',
  invalid: 'does not count: something in it is wrong',
};

/** Problems are lines on stdout, as linters write them. */
export const validate: CommandHandler = async (call) => {
  const { world, options, words } = call;
  const { stdout } = world.streams;
  const named = words.map((word) => path.resolve(directoryOf(call), word));
  const checked =
    named.length > 0
      ? await Promise.all(named.map(checkNamed))
      : await problemsInPlaces(world, options.plain);
  const problems = checked.flatMap((one) => one.problems);
  if (options.plain.json) stdout.write(`${showAsJson(asData(checked), 2)}\n`);
  else {
    stdout.write(
      problemLines(problems)
        .map((line) => `${line}\n`)
        .join(''),
    );
    const count = checked.filter(({ isFile }) => isFile).length;
    const files = count === 1 ? '1 file' : `${count} files`;
    if (problems.length === 0) stdout.write(`${files}, no problems\n`);
    else {
      const amount = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
      world.emit({ type: 'warning', text: `${amount}: ${nextFor(problems)}` });
    }
  }
  return problems.length === 0 ? 0 : wrong;
};

/** As linters and compilers end. */
const wrong = 1;

export const printSchema: CommandHandler = ({ world }) => {
  const file = path.join(world.templates, 'schema.json');
  const text = readTextIfThere(file);
  if (text === undefined)
    throw new AiError('AI_FILE_UNREADABLE', { path: file, cause: 'it is not there' });
  world.streams.stdout.write(text);
  return Promise.resolve(0);
};

async function checkNamed(file: string): Promise<CheckedFile> {
  const text = readTextIfThere(file);
  const missing = { origin: file, key: '', problem: 'is not there' };
  return {
    name: file,
    isFile: true,
    problems: text === undefined ? [missing] : await problemsInText(file, text),
  };
}

function asData(checked: readonly CheckedFile[]): object {
  return {
    files: checked.filter(({ isFile }) => isFile).map(({ name }) => name),
    problems: checked.flatMap(({ name, problems }) =>
      problems.map((problem) => ({ from: name, ...placeOf(problem), ...problem })),
    ),
  };
}

function placeOf({ origin }: SettingProblem): { line: number | null; column: number | null } {
  const [, line, column] = /:(\d+)(?::(\d+))?$/.exec(origin) ?? [];
  return { line: line ? Number(line) : null, column: column ? Number(column) : null };
}
