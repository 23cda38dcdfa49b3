// Installs an assistant's program on the host by npm: whole, in the pinned version, or not at all.

import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { AiError, messageOf } from '../../base/errors.ts';
import type { Emit, LauncherEvent } from '../../base/events.ts';
import { path } from '../../base/path.ts';
import { isInstalled, runCommand, type CommandOptions } from '../../host/command.ts';
import { readTextIfThere } from '../../host/files.ts';
import { acquireLock } from '../../host/lock.ts';
import { runNpm } from '../../host/npm.ts';
import { removeTree } from '../../host/remove-tree.ts';
import type { Installation } from '../../plan/native-installation.ts';
import { isExecutable } from './find-program.ts';

export interface InstallServices {
  environment: Readonly<Record<string, string | undefined>>;
  emit: Emit;
  interrupt: AbortSignal;
}

/** True if it can be started as it is. */
export const isReady = ({ command }: Installation): boolean => command.every(isExecutable);

/**
 * Installs it unless another `ai` has done so meanwhile. However it ends, there is all of it or nothing.
 * @throws AiError AI_INSTALL_FAILED, AI_INTERRUPTED, AI_STATE_UNWRITABLE
 */
export async function install(what: Installation, services: InstallServices): Promise<void> {
  const { environment, emit, interrupt } = services;
  if (what.missingNode !== undefined) throw failed(what, 'nodeMissing', '');
  if (!isInstalled('npm', environment)) throw failed(what, 'npmMissing', '');
  const parent = path.dirname(what.directory);
  const release = await acquireLock(path.join(parent, 'lock'), {
    before: `${what.name} was installed`,
    interrupt,
    onWait: () => {
      emit({ type: 'note', text: `another ai is installing ${what.name}; waiting for it` });
    },
  });
  try {
    if (!isReady(what)) await installInto(parent, what, services);
  } finally {
    release();
  }
}

/** With the lock held: whatever else lies there half made belongs to nobody any more. */
async function installInto(
  parent: string,
  what: Installation,
  { environment, emit, interrupt }: InstallServices,
): Promise<void> {
  for (const name of readdirSync(parent))
    if (name.endsWith(temporary)) removeTree(path.join(parent, name));
  const cwd = path.join(parent, `${what.version}${temporary}`);
  mkdirSync(cwd, { mode: 0o700 });
  const onLine = (line: string): void => {
    emit({ type: 'work-line', line });
  };
  const step = (number: number, label: string): void => {
    emit({ type: 'work-step', step: number, total: 2, label });
  };
  const title = `${what.name} ${what.version}`;
  let end: LauncherEvent = {
    type: 'work-end',
    ok: false,
    summary: `${title} could not be installed`,
  };
  emit({ type: 'work-start', title: `installing ${title}` });
  try {
    step(1, `npm install ${what.packages.map(nameOf).join(' ')}`);
    await download(what, { environment, cwd, interrupt, onLine });
    step(2, 'its first start');
    await tryOut(what, { environment, cwd, interrupt, onLine });
    put(cwd, what.directory);
    end = { type: 'work-end', ok: true, summary: `${title} is installed in ${what.directory}` };
  } finally {
    removeTree(cwd);
    emit(end);
  }
}

/** Behind the name of an installation that is not whole yet. */
export const temporary = '.tmp';

async function download(what: Installation, options: CommandOptions): Promise<void> {
  writeFileSync(path.join(options.cwd, 'package.json'), manifestOf(what));
  const { ok, output } = await runNpm(
    ['install', ...npmOptions, ...what.packages.map(nameOf)],
    options,
  );
  if (!ok) throw failed(what, 'npm', output);
  for (const { name, version } of what.packages) {
    // npm silently takes an older release where the wanted one does not fit the Node that it runs on.
    const found = versionIn(path.join(options.cwd, 'node_modules', name, 'package.json'));
    if (found !== version) throw failed(what, 'version', `${name} ${found ?? 'missing'}`);
  }
}

/** A project of its own, so that npm looks no further up; which scripts may run is said there since npm 11. */
const manifestOf = ({ npm }: Installation): string =>
  `${JSON.stringify({ private: true, allowScripts: { [npm]: true } })}\n`;

/** Said outright, so that no setting of the user's npm makes it another kind of installation. */
const npmOptions: readonly string[] = [
  '--global=false',
  '--no-save',
  '--no-package-lock',
  '--include=optional',
  '--engine-strict=false',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--loglevel=warn',
];

/** A program that does not even tell its version here is not worth having. Its home is ours, so that it leaves nothing. */
async function tryOut(what: Installation, options: CommandOptions): Promise<void> {
  const command = what.command.map((word) => inDirectory(word, what.directory, options.cwd));
  const missing = command.find((word) => !isExecutable(word));
  if (missing !== undefined) throw failed(what, 'start', `${missing} is not there`);
  if (what.own) return;
  const home = path.join(options.cwd, 'home');
  mkdirSync(home);
  const environment = { ...options.environment, HOME: home };
  const { ok, output } = await runCommand([...command, '--version'], { ...options, environment });
  if (!ok) throw failed(what, 'start', output);
  removeTree(home);
}

const inDirectory = (word: string, from: string, to: string): string =>
  word.startsWith(`${from}/`) ? path.join(to, path.relative(from, word)) : word;

function put(made: string, directory: string): void {
  try {
    // One that cannot be started: its Node is gone, or files were taken out of it.
    removeTree(directory);
    renameSync(made, directory);
  } catch (error) {
    throw new AiError(
      'AI_STATE_UNWRITABLE',
      { path: directory, cause: messageOf(error) },
      { cause: error },
    );
  }
}

function versionIn(manifest: string): string | undefined {
  const text = readTextIfThere(manifest);
  const { version } = JSON.parse(text ?? '{}') as { version?: string };
  return version;
}

const failed = (
  { npm, version, missingNode }: Installation,
  step: 'nodeMissing' | 'npmMissing' | 'npm' | 'version' | 'start',
  output: string,
): AiError =>
  new AiError('AI_INSTALL_FAILED', {
    package: `${npm}@${version}`,
    step,
    output,
    ...(missingNode !== undefined && { node: missingNode }),
  });

const nameOf = ({ name, version }: { name: string; version: string }): string =>
  `${name}@${version}`;
