// An assistant's image and its installation on this machine have one version together: what is done on each side, and when that is switched.

import { AiError, isAiError } from '../../base/errors.ts';
import type { ChosenVersion } from '../../images/versions.ts';

export interface Sides {
  /** Makes the image and tries it out, and tells what that called first. Undefined where there is none to be had. */
  image?: () => Promise<string>;
  /** Installs it beside the one that is there. Undefined where nothing is installed here. */
  native?: () => Promise<void>;
  /** From now on every run takes that version, unless somebody has chosen another one meanwhile: then it returns that. */
  switchOver: () => Promise<ChosenVersion | undefined>;
}

export interface SidesDone {
  reached?: string;
  /** What kept the host from its own: its next run there installs it. */
  trouble?: AiError;
  /** What somebody has chosen meanwhile, which stays. */
  overtaken?: ChosenVersion;
}

/**
 * Where there is an image, that decides: one that does not do leaves all as it was, and an installation that fails does not keep
 * the image from its own. Nothing is switched before both are over.
 * @throws AiError what the side that decides throws, and AI_INTERRUPTED
 */
export async function updateSides({ image, native, switchOver }: Sides): Promise<SidesDone> {
  const reached = await image?.();
  let trouble: AiError | undefined;
  try {
    await native?.();
  } catch (error) {
    if (image === undefined || !(error instanceof AiError) || isAiError(error, 'AI_INTERRUPTED'))
      throw error;
    trouble = error as AiError;
  }
  const overtaken = await switchOver();
  return {
    ...(reached !== undefined && { reached }),
    ...(trouble && { trouble }),
    ...(overtaken && { overtaken }),
  };
}
