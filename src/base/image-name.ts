// The parts of an image's name, as engines have it: `repository:tag`, `repository@digest`, or both.

export interface ImageName {
  repository: string;
  tag?: string;
  /** `sha256:…` */
  digest?: string;
}

export function parseImageName(name: string): ImageName {
  const at = name.indexOf('@');
  const [plain, digest] = at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
  const colon = plain.lastIndexOf(':');
  // What stands before a slash is the port of a registry.
  const hasTag = colon > plain.lastIndexOf('/');
  return {
    repository: hasTag ? plain.slice(0, colon) : plain,
    ...(hasTag && { tag: plain.slice(colon + 1) }),
    ...(digest !== undefined && { digest }),
  };
}

/** The name by which every engine finds exactly that content: one with a digest has it already. */
export function exactName(name: string, digest: string | undefined): string {
  const parts = parseImageName(name);
  const exact = parts.digest ?? digest;
  return exact === undefined ? name : `${parts.repository}@${exact}`;
}

/** The digest among those that an engine lists for an image (`RepoDigests`) by which the repository of that name has it. */
export function digestFor(name: string, repoDigests: readonly string[]): string | undefined {
  const wanted = plainRepository(parseImageName(name).repository);
  const own = repoDigests
    .map(parseImageName)
    .find(({ repository }) => plainRepository(repository) === wanted);
  return own?.digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(own.digest)
    ? own.digest
    : undefined;
}

/** Engines leave out what names the usual registry, or put it before what a user has written without it. */
const plainRepository = (repository: string): string =>
  repository.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
