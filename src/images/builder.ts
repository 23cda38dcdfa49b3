// Which of an engine's builders makes our images, and what the Dockerfile says to it.

import type Docker from 'dockerode';

export type Builder = 'classic' | 'buildkit';

/** The first whose BuildKit knows cache mounts by itself: older ones fetch a frontend from a registry for them. Docker 20.10. */
const firstVersion = [1, 41];

/**
 * BuildKit where the engine is Docker's and new enough, unless the user turns it off as for Docker itself (`DOCKER_BUILDKIT=0`).
 * Docker's `/_ping` tells what its own client takes, which is another question: 20.10 has it, and its client asks to be told.
 */
export async function builderOf(
  docker: Docker,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Builder> {
  if (/^(0|f|false)$/i.test(environment['DOCKER_BUILDKIT'] ?? '')) return 'classic';
  const version: { ApiVersion?: string; Os?: string; Components?: { Name: string }[] } =
    await docker.version().catch(() => ({}));
  const isDocker =
    version.Os === 'linux' && version.Components?.some(({ Name }) => Name === 'Engine');
  return isDocker && isNewEnough(version.ApiVersion ?? '') ? 'buildkit' : 'classic';
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [first = 0, second = 0] = firstVersion;
  return major > first || (major === first && minor >= second);
}

/**
 * Only BuildKit keeps downloads (npm's) between builds: for it, the options in the template's comments become those of the next step. The labels
 * of a stage are for who tidies up behind the classic builder; BuildKit of Docker 20.10 would give them to the image as well.
 * npm's cache gets a name that no Dockerfile of a project can know: what lies in it is believed where no lock says better. apt gets none:
 * it believes an archive in its cache by the size alone, and a name of each user's own would make the tools another layer for each.
 * @param cacheWord undefined where nothing is to come from a cache
 */
export const dockerfileFor = (
  builder: Builder,
  template: string,
  cacheWord: string | undefined,
): string =>
  builder === 'classic'
    ? template
    : template
        .replaceAll(/^# BuildKit: (.+)\nRUN /gm, 'RUN $1 ')
        .replace(/^RUN --mount=\S*\bid=ai-in-docker-apt\S* /m, 'RUN ')
        .replaceAll(/--mount=\S*\bid=ai-in-docker-npm\b\S* /g, (mount) =>
          cacheWord === undefined ? '' : mount.replace('-npm', `-npm-${cacheWord}`),
        )
        .replace(/^LABEL ai\.stage=fetch .*\n/m, '');
