// What the first build of a version, or on a base, finds out and the next ones go by: npm's lock, and the digest of the base.

import { path } from '../base/path.ts';
import { ensureDirectory, writeFileAtomically } from '../host/files.ts';
import type { BuildRecord } from './build-record.ts';
import { changeVersions } from './change-versions.ts';
import { readImageFile } from './image-files.ts';
import { lockFile, lockFor, type LockPlaces } from './locks.ts';
import { plainLock } from './package-lock.ts';
import type { ImageRequest, ImageServices } from './request.ts';
import { readVersions } from './versions.ts';

/** The request with what an earlier build has found out since it was made. */
export function found(request: ImageRequest): ImageRequest {
  const { package: program, version, base } = request;
  const { bases } = readVersions(placesOf(request).images);
  return {
    ...request,
    lock: request.lock ?? lockFor(program, { version }, placesOf(request)),
    digest: request.digest ?? bases[base],
  };
}

/**
 * Keeps what the build of `request.tag` has found out, and returns the request with it. The image itself has the lock, also
 * for somebody who has lost it.
 * @param digest of the base, where it is known by now
 * @throws AiError AI_STATE_UNWRITABLE, AI_ENGINE_REFUSED, AI_INTERRUPTED
 */
export async function remember(
  request: ImageRequest,
  digest: string | undefined,
  { build }: BuildRecord,
  { docker, emit, interrupt }: ImageServices,
): Promise<ImageRequest> {
  const { tag, package: program, version, base } = request;
  const { images } = placesOf(request);
  let { lock } = request;
  if (lock === undefined) {
    const text = await readImageFile(
      docker,
      { image: tag, build },
      '/opt/ai/assistant/package-lock.json',
    );
    lock = plainLock(Buffer.from(text).toString());
    const file = lockFile(program, { version }, placesOf(request));
    // Those of a release lie in the package itself, and are never written.
    if (lock !== undefined && file.startsWith(`${images}${path.sep}`)) {
      ensureDirectory(path.dirname(file));
      writeFileAtomically(file, lock, { mode: 0o600 });
    }
  }
  if (digest !== undefined && request.digest === undefined && !base.includes('@'))
    await changeVersions(
      images,
      (versions) => ({ ...versions, bases: { ...versions.bases, [base]: digest } }),
      interrupt,
      emit,
    );
  return { ...request, lock, digest: request.digest ?? digest };
}

const placesOf = ({ templatesDirectory, filesDirectory }: ImageRequest): LockPlaces => ({
  templates: templatesDirectory,
  images: path.dirname(filesDirectory),
});
