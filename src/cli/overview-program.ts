// `ai --help` alone, as a program of its own: of what `ai` is made of it needs next to nothing.

import { fstatSync } from 'node:fs';
import { commandNames } from '../base/command-names.ts';
import { readTextIfThere } from '../host/files.ts';
import { homeOf, settingsFile, stateDirectoryOf } from '../read/home.ts';
import { widthFor } from './layout.ts';
import { overview } from './overview.ts';

/** The overview; undefined where the user's settings may have a say in it: then they have to be read. */
export function overviewText(environment: NodeJS.ProcessEnv): string | undefined {
  if (environment['AI_PLAIN'] || mayHaveASay(environment)) return undefined;
  // Node takes its time to open stdout, and only a terminal has columns.
  const width = widthFor(fstatSync(1).isCharacterDevice() ? process.stdout : {});
  return `${overview({ commands: commandNames, own: [] }, width).join('\n')}\n`;
}

function mayHaveASay(environment: NodeJS.ProcessEnv): boolean {
  try {
    const file = settingsFile(stateDirectoryOf(environment, homeOf(environment)));
    // Names may be written with escapes.
    return /assistants|plain|\\/.test(readTextIfThere(file) ?? '');
  } catch {
    return true;
  }
}
