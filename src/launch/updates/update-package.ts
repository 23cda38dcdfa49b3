// One assistant's update: the new image is made beside the old one, tried out, and only then the next run gets it.

import { existsSync } from 'node:fs';
import type Dockerode from 'dockerode';
import { AiError } from '../../base/errors.ts';
import { path } from '../../base/path.ts';
import { ensureDirectory, writeFileAtomically } from '../../host/files.ts';
import { plainLine } from '../../images/build-output.ts';
import { changeVersions } from '../../images/change-versions.ts';
import { lockFile, lockFor, lockName, locksDirectory } from '../../images/locks.ts';
import { changeNewest, withRefused } from '../../images/newest.ts';
import { isFaultOfVersion } from '../../images/fault-of-version.ts';
import { asOnlyBuilder } from '../../images/only-builder.ts';
import { makeLock } from '../../images/package-lock.ts';
import type { ImageServices } from '../../images/request.ts';
import { switchFrom, switchTo, type Verdict } from '../../images/version-changes.ts';
import {
  chosenVersion,
  readVersions,
  type PackageVersion,
  type Versions,
} from '../../images/versions.ts';
import type { ImageFacts } from '../../plan/image-facts.ts';
import { readHost } from '../../read/host-facts.ts';
import type { Settings } from '../../settings/schema.ts';
import { provideImage, servicesOf } from '../image-services.ts';
import { lookAtImage } from '../look.ts';
import { askVersion, tryStart } from '../smoke-run.ts';
import type { World } from '../world.ts';
import { imagesIn } from './chosen.ts';
import { updateSides, type SidesDone } from './both-sides.ts';
import { removeAttempt } from './remove-attempt.ts';
import type { Target } from './targets.ts';
import { installBeside } from './update-native.ts';

export type PackageTarget = Extract<Target, { kind: 'package' }>;

export interface UpdateServices {
  docker: Dockerode;
  settings: Settings;
  interrupt: AbortSignal;
}

/**
 * Makes that version the next run's. Whatever goes wrong, what was there before stays, and nothing of the attempt does.
 * @param services `docker`: without it there is no image to be made. `isInstalled`: the host itself has it, too
 * @throws AiError AI_UPDATE_FAILED, AI_LOCK_FAILED, AI_IMAGE_BUILD_FAILED, AI_INTERRUPTED, …
 */
export async function updatePackage(
  world: World,
  target: PackageTarget & { verdict: Pick<Verdict, 'here' | 'newest'> },
  {
    docker,
    isInstalled,
    ...services
  }: Omit<UpdateServices, 'docker'> & { docker?: Dockerode; isInstalled: boolean },
): Promise<SidesDone> {
  const { program, verdict } = target;
  const { here, newest: version } = verdict;
  const { interrupt } = services;
  const images = imagesIn(world);
  const next = docker ? await lockedVersion(world, program, version, interrupt) : { version };
  const change = (versions: Versions): Versions =>
    switchTo(versions, program, next, { pinned: false });
  try {
    return await updateSides({
      ...(docker && {
        image: () => provideTried(world, target, { ...services, docker, version, change }),
      }),
      ...(isInstalled && { native: () => installBeside(world, program, version, interrupt) }),
      switchOver: async () => {
        keepLock(world, target);
        const settle = (versions: Versions): Versions => switchFrom(versions, program, here, next);
        const chosen = chosenVersion(program, await changeVersions(images, settle, interrupt));
        return chosen.version === version ? undefined : chosen;
      },
    });
  } catch (error) {
    if (isFaultOfVersion(error))
      changeNewest(images, (newest) =>
        withRefused(newest, { name: program.name, version, now: Date.now() }),
      );
    throw error;
  }
}

/**
 * The image that the next run would want after that change, made and tried out. Nothing of it stays where it does not do.
 * @returns the host that the program called first
 */
export async function provideTried(
  world: World,
  target: PackageTarget,
  {
    change,
    version,
    ...services
  }: UpdateServices & {
    version: string;
    change: (versions: Versions) => Versions;
  },
): Promise<string> {
  const { assistant } = target;
  const { docker, settings, interrupt } = services;
  const image = lookAtImage(world, assistant, settings, change(readVersions(imagesIn(world))));
  const made: string[] = [];
  let isGood = false;
  try {
    const { caFiles } = readHost(world.environment, settings);
    const imageServices = {
      ...servicesOf(world, docker, interrupt),
      onNamed: (tag: string) => made.push(tag),
    };
    await provideImage(
      world,
      { assistant, settings, image, caFiles, project: undefined },
      imageServices,
    );
    const reached = await tryOut(world, target, { ...services, image, version, imageServices });
    isGood = true;
    return reached;
  } finally {
    const isWanted = (tag: string): boolean => lookAtImage(world, assistant, settings).tag === tag;
    if (!isGood) await removeAttempt(world, docker, { made, isWanted });
  }
}

/** With its lock, by which the image can be made again; one that is there already is taken. */
export async function lockedVersion(
  world: World,
  program: PackageTarget['program'],
  version: string,
  interrupt: AbortSignal,
): Promise<PackageVersion> {
  const images = imagesIn(world);
  const places = { templates: world.templates, images };
  if (lockFor(program, { version }, places) !== undefined) return { version };
  const name = lockName(program.npm, version);
  const title = `packages of ${program.name} ${version}`;
  world.emit({ type: 'work-start', title });
  let ok = false;
  try {
    const { environment } = world;
    const lock = await makeLock(program.npm, version, { environment, cwd: images, interrupt });
    ensureDirectory(locksDirectory(images));
    writeFileAtomically(path.join(locksDirectory(images), name), lock, { mode: 0o600 });
    ok = true;
    return { version, lock: name };
  } finally {
    const summary = ok ? `${title} found` : `${title} not found`;
    world.emit({ type: 'work-end', ok, summary });
  }
}

/** That of the version of before: a release's goes with the release. */
export function keepLock(world: World, { program }: Pick<PackageTarget, 'program'>): void {
  const images = imagesIn(world);
  const places = { templates: world.templates, images };
  const before = chosenVersion(program, readVersions(images));
  const text = lockFor(program, before, places);
  const file = path.join(locksDirectory(images), lockName(program.npm, before.version));
  if (text === undefined || lockFile(program, before, places) === file || existsSync(file)) return;
  ensureDirectory(locksDirectory(images));
  writeFileAtomically(file, text, { mode: 0o600 });
}

/** @returns what it called first. @throws AiError AI_UPDATE_FAILED, AI_INTERRUPTED */
async function tryOut(
  world: World,
  { program, assistant }: PackageTarget,
  {
    imageServices,
    image,
    version,
    ...services
  }: UpdateServices & { image: ImageFacts; version: string; imageServices: ImageServices },
): Promise<string> {
  const images = imagesIn(world);
  const title = `${program.name} ${version}`;
  const step = (number: number, label: string): void => {
    world.emit({ type: 'work-step', step: number, total: 2, label });
  };
  let reached: string | undefined;
  world.emit({ type: 'work-start', title: `trying out ${title}` });
  try {
    await asOnlyBuilder(images, imageServices, async ({ build, directory }) => {
      const trial = { ...services, assistant, image, build, directory };
      step(1, 'its version');
      if (!program.own) {
        const said = await askVersion(program.command, trial);
        if (!tells(said, version))
          throw failed(world, program, version, { why: 'it tells another version, or none', said });
      }
      step(2, 'its first call over the network');
      const end = await tryStart(world, trial);
      if ('failed' in end)
        throw failed(world, program, version, { why: end.failed, said: end.output });
      ({ reached } = end);
    });
    return reached ?? '';
  } finally {
    const summary =
      reached === undefined ? `${title} was not started` : `${title} starts, and calls ${reached}`;
    world.emit({ type: 'work-end', ok: reached !== undefined, summary });
  }
}

/** Not as a part of another version. */
export const tells = (said: string, version: string): boolean =>
  said.split(/[^\w.+-]+/).some((word) => word.replace(/^v|\.$/g, '') === version);

/** How many lines of what it has said are shown. */
const mostLines = 12;

function failed(
  world: World,
  program: PackageTarget['program'],
  version: string,
  { why, said }: { why: string; said: string },
): AiError {
  const images = imagesIn(world);
  const plain = said.split('\n').map(plainLine).join('\n');
  const lines = world.redactor.cover(plain).split('\n').slice(-mostLines);
  const here = chosenVersion(program, readVersions(images)).version;
  return new AiError('AI_UPDATE_FAILED', {
    ...{ assistant: program.name, version, here, why },
    output: lines.join('\n').trim(),
  });
}
