// The words for images that cannot be made.

import type { ErrorFacts } from '../base/errors.ts';

interface Words {
  what: string;
  details?: readonly string[];
  next: string;
}

export function buildWords({
  step,
  output,
  network,
  kept,
}: ErrorFacts['AI_IMAGE_BUILD_FAILED']): Words {
  return {
    what: `the image could not be built: ${step}`,
    details: output.split('\n'),
    next: [buildAdvice(output, network), ...(kept ? ['the image you had is untouched'] : [])].join(
      '; ',
    ),
  };
}

function buildAdvice(output: string, network: boolean): string {
  // npm's own code for an archive that is not the one that was locked.
  if (output.includes('EINTEGRITY'))
    return 'the registry has another archive than this version’s lock names: ask whoever runs that registry, npm config get registry';
  // What a kernel says of a program for another kind of processor.
  if (/exec format error/i.test(output))
    return 'that program is for another kind of processor than the engine has: ai explain AI_IMAGE_PLATFORM';
  return network
    ? 'this looks like the network: check it (and HTTP_PROXY, HTTPS_PROXY) and try again'
    : 'see the lines above, then try again';
}

export const platformWords = ({
  image,
  architecture,
  engine,
  setting,
}: ErrorFacts['AI_IMAGE_PLATFORM']): Words => ({
  what: `${image} is for ${architecture}, and the engine, which runs ${engine}, cannot emulate that`,
  next: `name one for ${engine} (setting ${setting}), or unset DOCKER_DEFAULT_PLATFORM if that is set`,
});

export function lockWords({ package: wanted, step, output }: ErrorFacts['AI_LOCK_FAILED']): Words {
  const details = output === '' ? {} : { details: output.split('\n') };
  switch (step) {
    case 'npmMissing':
      return {
        what: `what ${wanted} consists of is asked of npm, and there is no npm on your PATH`,
        next: 'install it (Debian, Ubuntu: apt install npm)',
      };
    case 'network':
      return {
        what: `npm did not reach its registry for ${wanted}`,
        ...details,
        next: 'check the network (and HTTP_PROXY, HTTPS_PROXY) and try again; nothing was changed',
      };
    case 'npm':
      return {
        what: `npm could not say what ${wanted} consists of`,
        ...details,
        next: 'see the lines above; nothing was changed',
      };
  }
}
