// The user's own editor, on a file.

import { spawn } from 'node:child_process';
import { isInstalled } from './command.ts';

type Environment = Readonly<Partial<Record<string, string>>>;

/** As git, crontab and others find it; undefined where the user has named none and none is installed. */
export const editorOf = (environment: Environment): string | undefined =>
  environment['VISUAL'] ||
  environment['EDITOR'] ||
  ['vi', 'nano'].find((program) => isInstalled(program, environment));

/**
 * Runs it to its end, at our terminal. What the user has named may have arguments: `code --wait`.
 * @returns the exit code, 128 and more for a signal
 */
export async function runEditor(
  editor: string,
  file: string,
  { environment, cwd }: { environment: Environment; cwd: string },
): Promise<number> {
  // Ctrl-C is for the editor: neither we nor the shell in between end by it.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  try {
    return await new Promise((resolve, reject) => {
      spawn('/bin/sh', ['-c', `trap : INT\n${editor} "$@"`, editor, file], {
        cwd,
        env: { ...environment },
        stdio: 'inherit',
      })
        .once('error', reject)
        .once('close', (code) => {
          resolve(code ?? 128);
        });
    });
  } finally {
    process.off('SIGINT', ignore);
  }
}
