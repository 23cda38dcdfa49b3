// An assistant's update on the host itself: installed beside the old one, where it has to tell its version.

import { readdirSync } from 'node:fs';
import type { NpmPackage } from '../../assistants/assistant.ts';
import { path } from '../../base/path.ts';
import { isVersion } from '../../base/version-order.ts';
import { install, isReady, temporary } from '../../engines/native/install.ts';
import { nativeInstallation } from '../look-native.ts';
import type { World } from '../world.ts';

/** True where `ai` has installed some version of it here: an attempt that has failed leaves its directory, and no program. */
export function isInstalledHere(
  { stateDirectory }: Pick<World, 'stateDirectory'>,
  { program }: { program: NpmPackage },
): boolean {
  const directory = path.join(stateDirectory, 'native', program.name);
  return entriesOf(directory).some((name) => {
    if (name.endsWith(temporary)) return false;
    // With the package before it where its version is the user's own.
    const version = name.slice(name.lastIndexOf('@') + 1);
    const installation = nativeInstallation(program, stateDirectory, version);
    return (
      isVersion(version) && path.basename(installation.directory) === name && isReady(installation)
    );
  });
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

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
