// Where the files of a ready image are kept. By its id: an image that has changed under its name has another one.

import { path } from '../base/path.ts';

export const foreignDirectory = (imagesDirectory: string, id: string): string =>
  path.join(imagesDirectory, `foreign-${id.replace(/^sha256:/, '').slice(0, 32)}`);
