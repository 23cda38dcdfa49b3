// The words for installations on the host that fail.

import type { ErrorFacts } from '../base/errors.ts';

export function installationWords({
  package: wanted,
  step,
  output,
  node,
}: ErrorFacts['AI_INSTALL_FAILED']): { what: string; details?: readonly string[]; next: string } {
  const details = output === '' ? {} : { details: output.split('\n') };
  switch (step) {
    case 'nodeMissing':
      return {
        what: `${wanted} needs Node ${node ?? ''} or newer, and there is none that ai could install for it here`,
        next: `install Node ${node ?? ''} or newer, and start ai with it`,
      };
    case 'npmMissing':
      return {
        what: `${wanted} is installed by npm, and there is no npm on your PATH`,
        next: 'install it (Debian, Ubuntu: apt install npm), or install the assistant yourself',
      };
    case 'npm':
      return {
        what: `npm could not install ${wanted}`,
        ...details,
        next: 'see the lines above; nothing was installed, the same command tries again',
      };
    case 'version':
      return {
        what: `npm installed ${output} where ${wanted} was asked for`,
        next: 'npm config list  shows what your npm is set to; nothing was installed',
      };
    case 'start':
      return {
        what: `${wanted} does not start on this machine`,
        ...details,
        next: 'see the lines above; npm config get ignore-scripts  has to be false; nothing was installed',
      };
  }
}
