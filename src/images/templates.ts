// The files that an image is made from, as they lie in the package.

import { readFileSync } from 'node:fs';
import { path } from '../base/path.ts';

export interface Templates {
  dockerfile: string;
  /** The container's first process. */
  start: string;
  /** The inside end of the relay. */
  relay: string;
  /** What Node loads before an assistant that it compiles. */
  compileCache: string;
}

/** Reads them from the package's `templates` directory; small files, synchronously, since every launch does it. */
export function readTemplates(directory: string): Templates {
  const read = (file: string): string => readFileSync(path.join(directory, file), 'utf8');
  return {
    dockerfile: read('Dockerfile'),
    start: read('inside/start'),
    relay: read('inside/relay'),
    compileCache: read('inside/compile-cache'),
  };
}
