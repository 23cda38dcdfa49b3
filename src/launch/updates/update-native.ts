// An assistant's update on the host itself: installed beside the old one, where it has to tell its version.

import { existsSync } from 'node:fs';
import path from 'node:path';
import type { NpmPackage } from '../../assistants/assistant.ts';
import { install } from '../../engines/native/install.ts';
import { nativeInstallation } from '../look-native.ts';
import type { World } from '../world.ts';

/** True where `ai` has installed some version of it here. */
export const isInstalledHere = (
  { stateDirectory }: Pick<World, 'stateDirectory'>,
  { program }: { program: NpmPackage },
): boolean => existsSync(path.join(stateDirectory, 'native', program.name));

/** No run takes it yet. @throws AiError AI_INSTALL_FAILED, AI_INTERRUPTED, AI_STATE_UNWRITABLE */
export async function installBeside(
  { environment, emit, stateDirectory }: World,
  program: NpmPackage,
  version: string,
  interrupt: AbortSignal,
): Promise<void> {
  const installation = nativeInstallation(program, stateDirectory, version);
  await install(installation, { environment, emit, interrupt });
}
