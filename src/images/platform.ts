// Which kind of processor an image is for, in the engines' words: `amd64`, `linux/arm64`.

/**
 * What the user wants instead of the engine's own, in the variable that docker's own client reads for it.
 * https://docs.docker.com/reference/cli/docker/#environment-variables
 */
export const wantedPlatform = (
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined => environment['DOCKER_DEFAULT_PLATFORM'] || undefined;

export const withoutPlatform = (
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> => ({
  ...environment,
  DOCKER_DEFAULT_PLATFORM: undefined,
});

/** Machines that run programs of another kind by themselves, as processors of that kind have always done. */
const relatives: Readonly<Partial<Record<string, string>>> = { amd64: '386' };

/**
 * True if the engine's machine has to emulate what is in the image. Both by Go's names of architectures, as engines give them;
 * an image that does not say its own is taken for the engine's.
 */
export const isEmulated = (image: string | undefined, engine: string): boolean =>
  image !== undefined && image !== '' && image !== engine && relatives[engine] !== image;
