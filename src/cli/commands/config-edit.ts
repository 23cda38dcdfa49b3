// ai config edit: the settings file in the user's editor. What is there is replaced only by what is right.

import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { path } from '../../base/path.ts';
import type { CommandCall, CommandHandler } from '../commands.ts';
import { AiError, type SettingProblem } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { quoteForShell, showOnOneLine } from '../../base/quote.ts';
import { editorOf, runEditor } from '../../host/editor.ts';
import { ensureDirectory, readTextIfThere, unwritable } from '../../host/files.ts';
import {
  fileToChange,
  formOf,
  problemsInText,
  type FileToChange,
} from '../../launch/settings-files.ts';
import { isAtTerminal } from '../../launch/world.ts';
import { problemLines } from '../setting-words.ts';

export const edit: CommandHandler = async (call) => {
  const { world, options } = call;
  const isProject = options.extra['project'] === true;
  const target = await fileToChange(world, options.plain, isProject);
  const { file } = target;
  const editor = editorFor(call, file);
  // Nobody is to write for an hour what cannot be kept.
  await target.change((text) => text);
  const there = readTextIfThere(file);
  const before = there ?? (file.endsWith('.json') ? '{}\n' : beginning);
  const copy = copyOf(file, before);
  for (;;) {
    const code = await runEditor(editor, copy, { ...world, cwd: world.directory });
    const text = readTextIfThere(copy);
    if (code !== 0 || text === undefined || text === before) {
      rmSync(copy, { force: true });
      if (code === exitCodes.notFound)
        throw new AiError('AI_COMMAND_NOT_FOUND', { command: editor });
      const why = code === 0 ? '' : `the editor ended with ${code}: `;
      world.emit({ type: 'note', text: `${why}nothing was changed` });
      return code === 0 ? exitCodes.ok : exitCodes.failed;
    }
    const problems = await problemsInText(file, text, isProject ? 'project' : 'user');
    if (problems.length === 0) {
      await install(call, target, { there, text, copy });
      world.emit({ type: 'note', text: `${file} is changed` });
      return exitCodes.ok;
    }
    if (!(await again(call, problems))) throw kept(call, file, copy, problems);
  }
};

/** What a new file begins with. */
const beginning =
  '# Settings of ai: `ai config list` shows all that there are, `ai config schema` is for editors.\n';

function editorFor({ world }: CommandCall, file: string): string {
  const { environment } = world;
  const instead = `ai config set KEY VALUE  or an editor of your choice: ${quoteForShell(file)}`;
  if (!isAtTerminal(world) && !environment['VISUAL'] && !environment['EDITOR'])
    throw new AiError('AI_TTY_MISSING', { command: 'ai config edit', instead });
  const editor = editorOf(environment);
  if (editor !== undefined) return editor;
  throw new AiError('AI_USAGE', { problem: 'there is no editor here', next: 'export EDITOR=…' });
}

/** Beside the file, so that editors find what is beside it, too. For nobody else, as the file may be. */
function copyOf(file: string, text: string): string {
  const { dir, name } = path.parse(file);
  const { form } = formOf(file, text);
  const copy = path.join(dir, `.${name}.${randomBytes(4).toString('hex')}.edit.${form}`);
  ensureDirectory(dir);
  try {
    writeFileSync(copy, text, { mode: 0o600, flag: 'wx' });
    return copy;
  } catch (error) {
    throw unwritable(copy, error);
  }
}

/** What somebody else has written meanwhile is not lost, nor what the user has. */
async function install(
  { world }: CommandCall,
  { file, change }: FileToChange,
  { there = '', text, copy }: { there: string | undefined; text: string; copy: string },
): Promise<void> {
  try {
    await change((now) => {
      if (now === there) return text;
      throw unwritable(file, new Error('it was changed while you edited it'));
    });
  } catch (error) {
    world.emit({ type: 'warning', text: `what you wrote is in ${copy}` });
    throw error;
  }
  rmSync(copy, { force: true });
}

/** `--yes` is no answer: an editor that is a program would be started for ever. */
async function again(
  { world, options }: CommandCall,
  problems: readonly SettingProblem[],
): Promise<boolean> {
  if (!isAtTerminal(world) || options.plain.yes) return false;
  return world.confirm('Edit it again?', problemLines(problems).map(showOnOneLine));
}

function kept(
  { world }: CommandCall,
  file: string,
  copy: string,
  problems: readonly SettingProblem[],
): AiError {
  const text = `${file} is as it was; what you wrote is in ${copy}`;
  world.emit({ type: 'warning', text });
  return new AiError('AI_SETTING_INVALID', { problems });
}
