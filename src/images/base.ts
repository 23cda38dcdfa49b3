// The image that ours are built on: the one that is here, the one that a registry has, or one made on this machine.

import { madeBase } from '../assistants/pins.ts';
import { baseImage } from '../base/base-image.ts';
import { AiError } from '../base/errors.ts';
import { digestFor, exactName } from '../base/image-name.ts';
import { findImage, hasImage } from './engine-images.ts';
import { madeBaseTag, makeBase } from './make-base.ts';
import { pullImage } from './pull.ts';
import type { ImageServices } from './request.ts';

export interface WantedBase {
  /** As the user knows it. */
  name: string;
  /** Where a registry has said it, now or at an earlier build: then it is that one, whatever the name means there by now. */
  digest?: string | undefined;
  platform?: string | undefined;
}

export interface Base {
  /** What to build on. */
  from: string;
  digest?: string;
  /** What it is, for the label of what is built on it. */
  label: string;
}

/**
 * Makes sure that there is a base. Only the default base has a stand-in, until its digest is known: who names another one gets that or an error.
 * @throws AiError AI_BASE_UNREACHABLE, AI_BASE_FAILED, AI_ENGINE_REFUSED, AI_INTERRUPTED
 */
export async function provideBase(wanted: WantedBase, services: ImageServices): Promise<Base> {
  const { docker, confirm } = services;
  const { name, digest, platform } = wanted;
  const exact = exactName(name, digest);
  const there = await findImage(docker, exact);
  if (there) return baseOf(name, there.RepoDigests);
  const result = await pullImage(exact, services, { platform });
  if (result.pulled) return baseOf(name, (await findImage(docker, exact))?.RepoDigests, digest);

  const unreachable = new AiError('AI_BASE_UNREACHABLE', { image: exact, cause: result.cause });
  if (exact !== baseImage) throw unreachable;
  if (await hasImage(docker, madeBaseTag)) return standIn;
  if (!(await confirm(question(name)))) throw unreachable;
  await makeBase(services);
  return standIn;
}

function baseOf(name: string, repoDigests: readonly string[] = [], known?: string): Base {
  const digest = known ?? digestFor(name, repoDigests);
  const from = exactName(name, digest);
  // The name says to people what the digest does not.
  const label = from === name || digest === undefined ? name : `${name}@${digest}`;
  return { from, label, ...(digest !== undefined && { digest }) };
}

const standIn: Base = {
  from: madeBaseTag,
  label: `${madeBaseTag} (Debian ${madeBase.suite}, Node ${madeBase.node}, npm ${madeBase.npm})`,
};

const question = (image: string): string =>
  `Make ${image} here instead, from Debian’s packages and npm’s Node?`;
