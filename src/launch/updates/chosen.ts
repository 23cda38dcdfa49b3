// Which version of an assistant this user's next run gets.

import type { NpmPackage } from '../../assistants/assistant.ts';
import { path } from '../../base/path.ts';
import { chosenVersion, readVersions, type ChosenVersion } from '../../images/versions.ts';
import type { World } from '../world.ts';

type Places = Pick<World, 'stateDirectory'>;

/** Where all is that `ai` knows of images. */
export const imagesIn = ({ stateDirectory }: Places): string => path.join(stateDirectory, 'images');

export const chosenHere = (places: Places, program: NpmPackage): ChosenVersion =>
  chosenVersion(program, readVersions(imagesIn(places)));
