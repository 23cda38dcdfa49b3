// Which kind of processor an image is for, in the engines' words: `linux/arm64`.

/**
 * What the user wants instead of the engine's own, in the variable that docker's own client reads for it.
 * https://docs.docker.com/reference/cli/docker/#environment-variables
 */
export const wantedPlatform = (
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined => environment['DOCKER_DEFAULT_PLATFORM'] || undefined;
