// Which versions of everything come together here.

import { isFromNpm } from '../../assistants/assistant.ts';
import { version } from '../../base/version.ts';
import { chosenHere } from '../updates/chosen.ts';
import { lookAtProgram } from '../look-native.ts';
import type { ProgramFacts } from '../../plan/native-facts.ts';
import type { Examination } from './examination.ts';
import type { EngineLook } from './look-engine.ts';

export interface VersionFacts {
  ai: string;
  node: string;
  platform: string;
  engine: EngineLook;
  assistants: readonly { name: string; pinned: string | undefined }[];
  /** Of the assistant in question, where it is to run on the machine itself. */
  native: { name: string; program: ProgramFacts; package: string | undefined } | undefined;
}

export async function lookAtVersions(examination: Examination): Promise<VersionFacts> {
  const { assistant, assistants, settings, world } = examination;
  return {
    ai: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    engine: await examination.engine(),
    assistants: assistants.map(({ name, package: program }) => ({
      name,
      pinned: isFromNpm(program) ? chosenHere(world, program).version : undefined,
    })),
    native: settings.native
      ? {
          name: assistant.name,
          program: lookAtProgram(world, assistant.package),
          package: assistant.package.npm,
        }
      : undefined,
  };
}
