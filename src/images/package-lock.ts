// npm's lock of one package: every package that it consists of, exactly, with the integrity of its archive and without the address of a registry.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { AiError } from '../base/errors.ts';
import { asObject, parseJson, type JsonObject } from '../base/json.ts';
import { path } from '../base/path.ts';
import { isInstalled, type CommandOptions } from '../host/command.ts';
import { ensureDirectory } from '../host/files.ts';
import { runNpm } from '../host/npm.ts';
import { looksLikeNetworkTrouble } from './network-trouble.ts';

/** The package.json of a project that wants this one package, whose install scripts alone may run: npm 11 reads that here. */
export const manifestOf = (npm: string, version: string): string =>
  `${JSON.stringify({
    name: 'assistant',
    private: true,
    dependencies: { [npm]: version },
    allowScripts: { [npm]: true },
  })}\n`;

/** Said outright, so that no setting of the user's npm makes another lock. */
const npmOptions: readonly string[] = [
  ...['install', '--package-lock-only', '--lockfile-version=3', '--ignore-scripts'],
  ...[
    '--global=false',
    '--package-lock=true',
    '--legacy-peer-deps=false',
    '--strict-peer-deps=false',
  ],
  ...['--install-strategy=hoisted', '--engine-strict=false', '--include=optional'],
  ...['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', '--logs-max=0'],
];

/**
 * Lets the host's npm find out what the package consists of. Downloads nothing but descriptions.
 * @param options `cwd` has to be a directory of our own, made where it is missing; nothing stays there
 * @returns the text of the lock; whoever makes it on another machine on the same day gets the same
 * @throws AiError AI_LOCK_FAILED, AI_INTERRUPTED, AI_STATE_UNWRITABLE
 */
export async function makeLock(
  npm: string,
  version: string,
  options: CommandOptions,
): Promise<string> {
  const wanted = `${npm}@${version}`;
  if (!isInstalled('npm', options.environment))
    throw new AiError('AI_LOCK_FAILED', { package: wanted, output: '', step: 'npmMissing' });
  ensureDirectory(options.cwd);
  removeLeft(options.cwd);
  const cwd = mkdtempSync(path.join(options.cwd, prefix));
  try {
    writeFileSync(path.join(cwd, 'package.json'), manifestOf(npm, version));
    const { ok, output } = await runNpm(npmOptions, { ...options, cwd });
    const lock = ok
      ? plainLock(readFileSync(path.join(cwd, 'package-lock.json'), 'utf8'))
      : undefined;
    if (lock !== undefined) return lock;
    const step = looksLikeNetworkTrouble(output) ? 'network' : 'npm';
    throw new AiError('AI_LOCK_FAILED', { package: wanted, output, step });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const prefix = '.lock-';
/** Milliseconds that no npm takes for one. */
const longest = 3600 * 1000;

/** What one that was killed has left. Failures to tidy up are not worth an error. */
function removeLeft(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(prefix)) continue;
    const place = path.join(directory, name);
    const changed = statSync(place, { throwIfNoEntry: false })?.mtimeMs;
    if (changed === undefined || Date.now() - changed < longest) continue;
    try {
      rmSync(place, { recursive: true, force: true });
    } catch {
      // The next one tries again.
    }
  }
}

/**
 * A lock as npm has written it, without what is this machine's: where a registry has the archives. What comes from elsewhere
 * (a repository of git) has no integrity, and keeps its address. Undefined for what is no lock.
 */
export function plainLock(text: string): string | undefined {
  const lock = parseJson(text);
  const packages = asObject(lock?.['packages']);
  if (lock === undefined || packages === undefined) return undefined;
  const plain = Object.entries(packages).map(([place, value]) => {
    const { resolved, ...entry } = asObject(value) ?? {};
    const isElsewhere = resolved !== undefined && entry['integrity'] === undefined;
    return [place, isElsewhere ? { ...entry, resolved } : entry] as const;
  });
  const whole: JsonObject = { ...lock, packages: Object.fromEntries(plain) };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}
