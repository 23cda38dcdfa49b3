// One command line from its words to its exit code.

import { AiError, isAiError, type ErrorCode } from '../base/errors.ts';
import { exitCodes } from '../base/exit-codes.ts';
import { version } from '../base/version.ts';
import { Redactor } from '../base/redact.ts';
import { mark } from '../base/trace.ts';
import { isPlainInFile, listedNames } from '../launch/listed-names.ts';
import { makeWorld, type World } from '../launch/world.ts';
import { consent, makeConfirm } from './confirm.ts';
import { commands } from './commands.ts';
import { dispatch, type Dispatch } from './dispatch.ts';
import { makeReporter } from './reporter.ts';
import { parseOptions, type PlainOptions } from './options.ts';
import { isPlain, setPlain } from './plain.ts';
import { wantsPlain } from '../settings/wants-plain.ts';
import type { Layer } from '../settings/layers.ts';

interface Around {
  redactor?: Redactor;
  /** Called after what went well; `isRun` after a run, when all that one needs has been compiled. */
  keepCompiled?: (isRun: boolean) => void;
}

export async function runCommandLine(
  argv: readonly string[],
  packageRoot: string,
  { redactor = new Redactor(), keepCompiled }: Around = {},
): Promise<number> {
  // Options may be wrong before any is known; then errors look as they do without options.
  let plain: PlainOptions = {};
  setPlain(process, argv.includes('--plain') || wantsPlain([plainVariable()]));
  try {
    const call = await dispatchWithOwn(argv, packageRoot, redactor);
    mark('command line read');
    plain = call.options.plain;
    setPlain(process, wantsPlain([plainVariable(), call.options.settings]));
    const code = await perform(call, packageRoot, redactor);
    if (code === exitCodes.ok) keepCompiled?.(isRun(call));
    return code;
  } catch (error) {
    await hearFile();
    const { reportError } = await import('./report-error.ts');
    reportError(error, plain.debug === true, redactor.cover);
    return exitCodeOf(error);
  }
}

const isRun = ({ command, options: { plain } }: Dispatch): boolean =>
  ['run', 'exec', 'shell'].includes(command) &&
  [plain.dryRun, plain.help].every((it) => it !== true);

/** The settings are read only where a name is not known without them. */
async function dispatchWithOwn(
  argv: readonly string[],
  packageRoot: string,
  redactor: Redactor,
): Promise<Dispatch> {
  try {
    return dispatch(argv);
  } catch (error) {
    if (!isAiError(error, 'AI_UNKNOWN_NAME')) throw error;
    const { ownNames } = await import('../launch/own-names.ts');
    const { plain } = parseOptions(argv, { passThrough: true });
    return dispatch(argv, await ownNames(worldOf({}, packageRoot, redactor), plain));
  }
}

/** Of the settings the one that has to be known before any is read. */
const plainVariable = (): Layer => {
  const { AI_PLAIN: text = '' } = process.env;
  const value = { kind: 'text', text } as const;
  return {
    origin: 'environment',
    values: text === '' ? [] : [{ key: 'plain', value, place: 'AI_PLAIN' }],
  };
};

/** Before help and errors, which may come before the settings are read. */
async function hearFile(): Promise<void> {
  if (isPlain(process.stderr) || process.env['AI_PLAIN']) return;
  if (await isPlainInFile(process.env)) setPlain(process, true);
}

async function perform(
  { command, options, words, bare }: Dispatch,
  packageRoot: string,
  redactor: Redactor,
): Promise<number> {
  const { plain } = options;
  if (plain.version) {
    process.stdout.write(`${version}\n`);
    return exitCodes.ok;
  }
  // Nothing else is settled for these.
  if (plain.help || command === 'explain') await hearFile();
  if (plain.help) {
    const { printHelp } = await import('./help.ts');
    await printHelp(bare ? 'overview' : command, () => listedNames(process.env));
    return exitCodes.ok;
  }
  const world = worldOf(plain, packageRoot, redactor);
  const handler = await commands[command].load();
  const code = await handler({ world, options, words });
  if (plain.dryRun !== true && command !== 'doctor') await renewShellFiles(world);
  return code;
}

/** After the work, and where there is anything to do: an update brings other commands and options. */
async function renewShellFiles(world: World): Promise<void> {
  const { areShellFilesOld } = await import('../launch/shell-build.ts');
  if (!areShellFilesOld(world)) return;
  const { renew } = await import('./shell/renew.ts');
  renew(world);
}

const worldOf = (plain: PlainOptions, packageRoot: string, redactor: Redactor): World =>
  makeWorld({
    packageRoot,
    environment: process.env,
    directory: currentDirectory(),
    streams: process,
    emit: makeReporter({
      quiet: plain.quiet === true,
      debug: plain.debug === true,
      coverData: redactor.coverData,
    }),
    redactor,
    where: plain,
    confirm: withoutSecrets(makeConfirm(plain.yes === true), redactor),
    consent,
  });

const withoutSecrets =
  (ask: World['confirm'], { cover }: Redactor): World['confirm'] =>
  (question, details = []) =>
    ask(cover(question), details.map(cover));

/** @throws AiError AI_DIRECTORY_MISSING where it was deleted meanwhile */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new AiError('AI_DIRECTORY_MISSING', { path: undefined }, { cause: error });
  }
}

const exitCodesOfErrors: Partial<Record<ErrorCode, number>> = {
  AI_USAGE: exitCodes.usage,
  AI_UNKNOWN_NAME: exitCodes.usage,
  AI_INTERRUPTED: exitCodes.interrupted,
  AI_COMMAND_NOT_EXECUTABLE: exitCodes.notExecutable,
  AI_COMMAND_NOT_FOUND: exitCodes.notFound,
};

function exitCodeOf(error: unknown): number {
  // Wrong settings are wrong usage where all of them were given as options, or as words of ai config.
  if (isAiError(error, 'AI_SETTING_INVALID'))
    return error.facts.problems.every(({ origin }) => origin === '' || origin.startsWith('--'))
      ? exitCodes.usage
      : exitCodes.failed;
  const code: ErrorCode | undefined =
    error instanceof AiError ? (error as AiError).code : undefined;
  return (code && exitCodesOfErrors[code]) ?? exitCodes.failed;
}
