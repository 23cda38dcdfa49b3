// What is to be said of settings: what is wrong in files and variables, and what of a project waits for trust.

import { path } from '../../base/path.ts';
import { quoteForShell } from '../../base/quote.ts';
import type { SettingsFacts } from '../../launch/doctor/look-settings.ts';
import type { CheckedFile } from '../../launch/settings-files.ts';
import { nextFor, problemLines } from '../setting-words.ts';
import { count, failure, listed, ok, warning, type Finding } from './finding.ts';

export const judgeSettings = ({
  checked,
  files,
  ignored,
  mistyped,
  trust,
}: SettingsFacts): readonly Finding[] => [
  ...judgeFiles(checked),
  ...ignored.map(({ file, why }) =>
    warning('settings.ignored', `${file} is ignored: ${why}`, `ls -ld ${quoteForShell(file)}`),
  ),
  ...mistyped.map((text) =>
    warning('settings.variables', text, `unset ${text.split(' ', 1)[0] ?? ''}`),
  ),
  ...judgeTrust(files, trust),
];

function judgeFiles(checked: readonly CheckedFile[]): readonly Finding[] {
  const wrong = checked.filter(({ problems }) => problems.length > 0);
  if (wrong.length > 0)
    return wrong.map(({ name, isFile, problems }) =>
      failure(
        isFile ? 'settings.files' : 'settings.variables',
        `${count(problems.length, 'problem')} in ${isFile ? name : 'AI_… variables'}`,
        nextFor(problems),
        { code: 'AI_SETTING_INVALID', detail: problemLines(problems) },
      ),
    );
  const amount = checked.filter(({ isFile }) => isFile).length;
  return [
    ok(
      'settings.files',
      amount === 0
        ? 'no settings files: the defaults'
        : `${count(amount, 'settings file')}, no problems`,
    ),
  ];
}

/** Said no to once is an answer. */
function judgeTrust(files: SettingsFacts['files'], trust: string): readonly Finding[] {
  const of = (state: string): readonly string[] =>
    files.filter((file) => file.state === state).map(({ file }) => path.basename(file));
  const [unasked, invalid, refused] = [of('unasked'), of('invalid'), of('refused')];
  const id = 'settings.trust';
  const shows = `${trust}  shows what it would do, and asks`;
  return [
    ...(unasked.length > 0
      ? [warning(id, `not all of ${listed(unasked)} counts until you trust it`, shows)]
      : []),
    ...(invalid.length > 0
      ? [
          warning(
            id,
            `${listed(invalid)} of the project is ignored: something in it is wrong`,
            `${trust} --show`,
          ),
        ]
      : []),
    ...(refused.length > 0
      ? [ok(id, `you do not trust ${listed(refused)}: only what is harmless counts`)]
      : []),
  ];
}
