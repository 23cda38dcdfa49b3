// What npm's registry has of a package: asked by the host's npm, with the user's own registry, proxies and certificates.

import { AiError } from '../base/errors.ts';
import { isVersion } from '../base/version-order.ts';
import { isList, parseJson, asObject } from '../base/json.ts';
import { isInstalled, type CommandOptions } from '../host/command.ts';
import { askNpm } from '../host/npm.ts';

export interface Published {
  /** What its makers call the newest (dist-tag `latest`). */
  newest: string;
  /** All there are. */
  versions: readonly string[];
}

/** Milliseconds for one question. */
const patience = 30_000;

/** Said outright: no log of it stays, and a registry that does not answer is given up soon. */
const npmOptions: readonly string[] = [
  ...['--json', '--loglevel=error', '--logs-max=0', '--no-update-notifier'],
  ...['--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-timeout=20000'],
];

/**
 * @param options `cwd` has to be a directory of our own
 * @throws AiError AI_REGISTRY_UNREACHABLE, AI_INTERRUPTED
 */
export async function askPublished(npm: string, options: CommandOptions): Promise<Published> {
  const failed = (cause: string): AiError =>
    new AiError('AI_REGISTRY_UNREACHABLE', { package: npm, cause });
  if (!isInstalled('npm', options.environment)) throw failed('there is no npm on your PATH');
  const limit = AbortSignal.timeout(patience);
  const interrupt = options.interrupt ? AbortSignal.any([options.interrupt, limit]) : limit;
  try {
    const words = ['view', npm, 'dist-tags', 'versions', ...npmOptions];
    const { ok, stdout, output } = await askNpm(words, { ...options, interrupt });
    const published = ok ? readPublished(stdout) : undefined;
    if (published === undefined) throw failed(causeOf(stdout, output));
    return published;
  } catch (error) {
    if (!limit.aborted || options.interrupt?.aborted) throw error;
    throw failed(`no answer within ${patience / 1000} s`);
  }
}

/** What `npm view PACKAGE dist-tags versions --json` prints; a single version is no list there. Undefined for anything else. */
export function readPublished(text: string): Published | undefined {
  const data = parseJson(text);
  const newest = asObject(data?.['dist-tags'])?.['latest'];
  const versions = data?.['versions'];
  const all = (isList(versions) ? versions : [versions]).filter(
    (version): version is string => typeof version === 'string' && isVersion(version),
  );
  if (typeof newest !== 'string' || !isVersion(newest)) return undefined;
  return { newest, versions: all.includes(newest) ? all : [...all, newest] };
}

/** npm says what was wrong on stdout where it is asked for JSON, and more of it on stderr. */
function causeOf(stdout: string, output: string): string {
  const { summary, detail, code } = asObject(parseJson(stdout)?.['error']) ?? {};
  const said = [summary, detail].find((one) => typeof one === 'string' && one !== '');
  const text = typeof said === 'string' ? said : output;
  const [line = ''] = text.split('\n').filter((one) => one.trim() !== '');
  return line.replace(/^npm (error|ERR!) /, '') || (typeof code === 'string' ? code : 'npm failed');
}
