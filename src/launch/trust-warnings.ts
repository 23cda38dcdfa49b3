// What is said of project files that do not count, or not all of them. One line for all that need the user's trust.

import { quoteForShell } from '../base/quote.ts';
import type { SettingProblem } from '../base/errors.ts';
import type { JudgedFile, ProjectLayers } from './project-layers.ts';
import type { Where } from './world.ts';

export const trustWarnings = (
  { files, skipped, trouble }: Pick<ProjectLayers, 'files' | 'skipped' | 'trouble'>,
  where: Where,
): readonly string[] => [
  ...skipped.map(({ file, why }) => `${file} is ignored: ${why}`),
  ...(trouble === undefined ? [] : [`no project is trusted: ${trouble}`]),
  ...files.filter(({ state }) => state === 'invalid').map((file) => invalidWarning(file, where)),
  ...untrustedWarning(files, where),
];

/** `ai trust` for where the user is, or has sent us. */
export const trustCommand = ({ directory, allowRootDir }: Where, ...words: string[]): string =>
  [
    'ai trust',
    ...words,
    ...(directory === undefined ? [] : [`-C ${quoteForShell(directory)}`]),
    ...(allowRootDir === true ? ['--allow-root-dir'] : []),
  ].join(' ');

/** The first is enough: the file is not trusted, and was perhaps never meant to be right. */
function invalidWarning({ name, wrong }: JudgedFile, where: Where): string {
  const [first, ...more] = wrong;
  const others =
    more.length === 0 ? '' : ` (and ${more.length} more: ${trustCommand(where, '--show')})`;
  return `${name} is ignored: ${first === undefined ? 'it is wrong' : problemText(first)}${others}`;
}

function problemText({ origin, key, problem, nearest }: SettingProblem): string {
  const line = /:(\d+(?::\d+)?)$/.exec(origin)?.[1];
  const place = line === undefined ? '' : `${line}: `;
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return `${place}${key === '' ? '' : `${key} `}${problem}${meant}`;
}

function untrustedWarning(files: readonly JudgedFile[], where: Where): readonly string[] {
  const untrusted = files.filter(({ state }) => state === 'unasked' || state === 'refused');
  if (untrusted.length === 0) return [];
  const named = untrusted.map(({ name, reaching }) => `${keysOf(reaching)} (${name})`);
  return [
    `ignored until you trust it: ${named.join('; ')}  ${trustCommand(where)}  shows what it would do`,
  ];
}

/** All of them: what is no setting makes a file invalid, so there are not many. */
const keysOf = (reaching: JudgedFile['reaching']): string =>
  [...new Set(reaching.map(({ key }) => key))].join(', ');
