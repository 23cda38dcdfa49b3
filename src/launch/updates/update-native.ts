// An assistant's update on the host itself: installed beside the old one, and used once it has told its version.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { install } from '../../engines/native/install.ts';
import { changeVersions } from '../../images/change-versions.ts';
import { switchTo } from '../../images/version-changes.ts';
import { nativeInstallation } from '../look-native.ts';
import type { World } from '../world.ts';
import { imagesIn } from './chosen.ts';
import { keepLock, type PackageTarget } from './update-package.ts';

/** True where `ai` has installed some version of it here. */
export const isInstalledHere = (
  { stateDirectory }: Pick<World, 'stateDirectory'>,
  { program }: Pick<PackageTarget, 'program'>,
): boolean => existsSync(path.join(stateDirectory, 'native', program.name));

/** @throws AiError AI_INSTALL_FAILED, AI_INTERRUPTED, AI_STATE_UNWRITABLE */
export async function updateNative(
  world: World,
  target: PackageTarget,
  version: string,
  interrupt: AbortSignal,
): Promise<void> {
  const { program } = target;
  const { environment, emit, stateDirectory } = world;
  const installation = nativeInstallation(program, stateDirectory, version);
  await install(installation, { environment, emit, interrupt });
  keepLock(world, target);
  await changeVersions(
    imagesIn(world),
    (versions) => switchTo(versions, program, { version }, { pinned: false }),
    interrupt,
  );
}
