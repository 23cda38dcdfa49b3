// Files that people keep elsewhere and link to: what the link leads to is written, and the link stays one.

import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { AiError } from '../base/errors.ts';

/** The file itself. @throws AiError AI_STATE_UNWRITABLE for a link that leads nowhere */
export function targetOf(file: string): string {
  if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return file;
  try {
    return realpathSync(file);
  } catch (error) {
    const cause = `it is a link to ${readlinkSync(file)}, where nothing is`;
    throw new AiError('AI_STATE_UNWRITABLE', { path: file, cause }, { cause: error });
  }
}
