// An assistant that may do everything unasked can read everything: with `--yolo` the user is asked once what to hide from it.

import { existsSync } from 'node:fs';
import { isAiError, messageOf } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, writeFileAtomically } from '../host/files.ts';
import type { Facts } from '../plan/facts.ts';
import { listNames } from '../plan/mask.ts';
import { schema } from '../settings/schema.ts';
import { lookForMask } from './look-mask.ts';
import { isAtTerminal, type World } from './world.ts';

/** Its existence says that the user was asked, and does not want it. */
const refusalOf = (stateDirectory: string): string => path.join(stateDirectory, 'mask-declined');

/** Hidden from the first yes on, whatever else of it there was to see. */
const always = ['.env', '.env.*'];

/**
 * The facts with what the user wants hidden from now on; just those where there is nothing to ask, or nobody.
 * @param isSet the user has set `mask`, be it to nothing: a project's file does not keep the user from being asked
 */
export async function proposeMask(world: World, facts: Facts, isSet: boolean): Promise<Facts> {
  const { settings, request, project } = facts;
  const isAsked =
    settings.yolo &&
    request.kind === 'assistant' &&
    !isSet &&
    isAtTerminal(world) &&
    !isRefused(world);
  if (!isAsked) return facts;
  const { findSecretFiles } = await import('../read/secret-files.ts');
  const found = await findSecretFiles(project.root, world.environment);
  if (found.length === 0) return facts;
  const mask = [...new Set([...always, ...found.map(({ pattern }) => pattern)])];
  const isWanted = await world.consent('Hide these files from the assistant from now on?', [
    `not tracked by git, and it can read them: ${listNames(found.map(({ name }) => name))}`,
    `yes hides ${mask.join(', ')} in every project (setting mask)`,
  ]);
  if (isWanted === false) keepRefusal(world);
  if (!isWanted) return facts;
  await keepMask(world, mask);
  const masked = { ...settings, mask: [...settings.mask, ...mask] };
  const hidden = await lookForMask(world, masked, project);
  return { ...facts, settings: masked, ...(hidden && { mask: hidden }) };
}

const isRefused = ({ stateDirectory }: World): boolean => existsSync(refusalOf(stateDirectory));

function keepRefusal({ stateDirectory, emit }: World): void {
  try {
    ensureDirectory(stateDirectory);
    writeFileAtomically(refusalOf(stateDirectory), '', { mode: 0o600 });
  } catch (error) {
    emit({ type: 'debug', text: `mask: ${messageOf(error)}` });
  }
}

/** Where it cannot be kept, it holds for this run. */
async function keepMask(world: World, mask: readonly string[]): Promise<void> {
  try {
    const { changeSetting } = await import('./change-setting.ts');
    const place = { key: 'mask', inside: [], type: schema.mask.type } as const;
    const change = { place, value: mask, isProject: false, where: {} };
    const { file } = await changeSetting(world, change);
    world.emit({ type: 'note', text: `mask is in ${file} now: change it there` });
  } catch (error) {
    const why = isAiError(error, 'AI_STATE_UNWRITABLE') ? error.facts.cause : messageOf(error);
    const text = `hidden in this run only, as the settings cannot be written: ${why}`;
    world.emit({ type: 'warning', text });
  }
}
