// Of files that are mostly something else, the part that is run: the rest of them changes every day. Pure.

import { isObject, ownValue, parseJsonValue } from '../base/json.ts';

/** What is compared of a file of this path; empty where nothing in it would be run. */
export function partThatRuns(file: string, text: string): string {
  const steps = file.split('/');
  const name = steps.at(-1);
  if (name === 'package.json') return scriptsOf(text);
  if (name === 'git-rebase-todo') return linesThatRun(text);
  return name === 'workspace.xml' && steps.at(-2) === '.idea' ? withoutNoise(text) : text;
}

/** Keys of package.json that name commands; the rest of it changes with every dependency. */
const commandKeys = ['scripts', 'husky', 'lint-staged', 'simple-git-hooks', 'gitHooks'];

/** The commands of a package.json; empty where it has none, and all of what is none. */
function scriptsOf(text: string): string {
  const manifest = parseJsonValue(text);
  if (!isObject(manifest)) return text;
  const commands = commandKeys.flatMap((key) => {
    const value = ownValue(manifest, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return commands.length === 0
    ? ''
    : `${JSON.stringify(Object.fromEntries(commands), undefined, 2)}\n`;
}

/** What `git rebase --continue` would run (git-rebase(1), "exec"; sequencer.c, is_command). */
const linesThatRun = (text: string): string =>
  text
    .split('\n')
    .filter((line) => /^[ \t]*(?:exec|x)(?:[ \t\r]|$)/.test(line))
    .map((line) => `${line}\n`)
    .join('');

/** Components of an IDE's workspace.xml that it writes all the time, and that name nothing that runs. */
const noise = new Set(
  `AutoImportSettings ChangeListManager ChangesViewManager EditorHistoryManager FileEditorManager FindInProjectRecents
  Git.Settings GitSEFilterConfiguration HighlightingSettingsPerFile ProblemsViewState ProjectColorInfo ProjectId
  ProjectLevelVcsManager ProjectViewState PropertiesComponent RecentsManager SpellCheckerSettings TaskManager
  ToolWindowManager TypeScriptGeneratedFilesManager VcsManagerConfiguration Vcs.Log.Tabs.Properties`.split(
    /\s+/,
  ),
);

const componentStart = /^ {2}<component name="([\w.]+)"[^<>]*?(\/?)>$/;

/** Only where a component stands exactly as the IDE writes it: whatever is written otherwise, to be overlooked, is compared. */
function withoutNoise(text: string): string {
  const lines = text.split(/\r?\n/);
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const [, name = '', isEmpty = ''] = componentStart.exec(line) ?? [];
    const end = !noise.has(name) ? -1 : isEmpty === '/' ? at : endOfComponent(lines, at + 1);
    if (end < 0) kept.push(line);
    else at = end;
  }
  return kept.join('\n');
}

function endOfComponent(lines: readonly string[], from: number): number {
  const next = lines.findIndex((line, at) => at >= from && /<\/?component\b/.test(line));
  return lines[next] === '  </component>' ? next : -1;
}
