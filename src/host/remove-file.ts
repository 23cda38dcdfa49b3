// Removes one file. Node's own rmSync can do more, and loads what it takes for that.

import { unlinkSync } from 'node:fs';
import { systemCode } from '../base/errors.ts';

/** One that is gone already is no error; whatever else the system says is thrown. */
export function removeFile(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
