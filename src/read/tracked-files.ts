// Which files git tracks, as git itself says: asked of the index alone, whatever the repository's configuration would have it run.

import { path } from '../base/path.ts';
import { answerOf } from '../host/answer-of.ts';

type Environment = Readonly<Partial<Record<string, string>>>;

/** Bytes of its answer: a million paths. */
const largestAnswer = 256 * 1024 * 1024;

/** Beyond, naming them takes longer than hearing of all. */
const mostNamed = 100;

/**
 * What git tracks of `wanted` and below, relative to `top`. A submodule is one of them, what is in it is not.
 * @param top a directory with a `.git`
 * @param wanted paths relative to it; `''` is all of it
 * @param patience milliseconds for git: a project may have left a pipe where it reads
 * @returns undefined where git could not say: it is not installed, or the repository is broken
 */
export async function readTracked(
  top: string,
  wanted: readonly string[],
  environment: Environment,
  patience = 20_000,
): Promise<readonly string[] | undefined> {
  const isNamed = wanted.length <= mostNamed && !wanted.includes('');
  const { text, code } = await answerOf(
    'git',
    [
      ...['--no-optional-locks', '--literal-pathspecs'],
      // Said here, neither the surroundings nor core.worktree has a say.
      ...[`--git-dir=${path.join(top, '.git')}`, `--work-tree=${top}`],
      ...['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'],
      ...['ls-files', '-z', '--stage', ...(isNamed ? ['--', ...wanted] : [])],
    ],
    { cwd: top, env: cleaned(environment), timeout: patience, maxBuffer: largestAnswer },
  );
  if (code !== 0) return undefined;
  return text.split('\0').flatMap((entry) => {
    const [, object = '', file] = /^\d+ ([0-9a-f]+) \d\t(.*)$/s.exec(entry) ?? [];
    return file === undefined || emptyObjects.has(object) ? [] : [file];
  });
}

/**
 * The empty file, by sha1 and sha256. A session that adds a hidden file to the index adds this, or intends to: still hidden it is
 * unchanged to git, and shown it would be committed by the next `git commit -a`.
 */
const emptyObjects = new Set([
  'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
]);

/** An index may lack objects that git would get from where the project says: over no protocol. The rest is the caller's. */
function cleaned(environment: Environment): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
  };
}
