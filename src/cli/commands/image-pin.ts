// ai image pin: an assistant stays at one version, until it is let go.

import type { CommandCall, CommandHandler } from '../commands.ts';
import { AiError, isAiError } from '../../base/errors.ts';
import { compareVersions } from '../../base/version-order.ts';
import { changeVersions } from '../../images/change-versions.ts';
import { askPublished, type Published } from '../../images/published.ts';
import { knownVersions, unpin } from '../../images/version-changes.ts';
import { chosenVersion, readVersions, type PackageVersion } from '../../images/versions.ts';
import { settle } from '../../launch/settle.ts';
import { chosenHere, imagesIn } from '../../launch/updates/chosen.ts';
import { goTo } from '../../launch/updates/go-to.ts';
import { packageNamed } from '../../launch/updates/package-named.ts';
import { lockedVersion, type PackageTarget } from '../../launch/updates/update-package.ts';
import type { World } from '../../launch/world.ts';
import { Interruption } from '../../session/interruption.ts';
import { ensureDirectory } from '../../host/files.ts';
import { print, say } from './answer.ts';

export const pin: CommandHandler = async (given) => {
  const { options, words } = given;
  const { settings, world } = await settle(given.world, options.settings, options.plain);
  const call = { ...given, world };
  const [name, version, another] = words;
  const isOff = options.extra['off'] === true;
  if (name === undefined || another !== undefined || (isOff && version !== undefined))
    throw new AiError('AI_USAGE', {
      problem: 'ai image pin takes an assistant, and a version or --off',
      next: 'ai image pin claude 2.1.300',
    });
  const target = packageNamed(world, settings, name);
  if (isOff) return off(call, target);
  const interruption = new Interruption();
  try {
    const interrupt = interruption.abortSignal;
    const to = await versionNamed(world, target, version, interrupt);
    const { from, image } = await goTo(world, settings, target, { to, build: false, interrupt });
    const { name: program } = target.program;
    if (options.plain.json)
      print(call, { assistant: program, from, to: to.version, image, pinned: true });
    else {
      const later =
        image === 'later' && to.version !== from ? '; its image is made by the next start' : '';
      say(call, `${program} stays at ${to.version}${later}`);
      say(call, `ai image pin ${program} --off  takes newer ones again`);
    }
    return 0;
  } finally {
    interruption.stop();
  }
};

async function off(call: CommandCall, { program }: PackageTarget): Promise<number> {
  const { world, options } = call;
  const before = chosenHere(world, program);
  const versions = await changeVersions(
    imagesIn(world),
    (all) => unpin(all, program),
    undefined,
    world.emit,
  );
  const { version } = chosenVersion(program, versions);
  if (options.plain.json)
    print(call, { assistant: program.name, from: before.version, to: version, pinned: false });
  else if (before.by !== 'pin') say(call, `${program.name} was not pinned: it is ${version}`);
  else
    say(
      call,
      version === before.version
        ? `${program.name} is ${version}, and takes newer ones again: ai update ${program.name}`
        : `${program.name} is ${version} from the next start on, which ai brings along; newer ones: ai update ${program.name}`,
    );
  return 0;
}

/** One that is known here needs nobody. @throws AiError AI_VERSION_UNKNOWN, AI_LOCK_FAILED */
async function versionNamed(
  world: World,
  { program }: PackageTarget,
  version: string | undefined,
  interrupt: AbortSignal,
): Promise<PackageVersion> {
  const images = imagesIn(world);
  const versions = readVersions(images);
  const here = chosenHere(world, program);
  const wanted = version ?? here.version;
  const known = knownVersions(versions, program);
  const found = known.find((one) => one.version === wanted);
  if (found) return lockOf(found);
  const unknown = (all: readonly string[], offline: boolean): AiError =>
    new AiError('AI_VERSION_UNKNOWN', {
      ...{ assistant: program.name, version: wanted, offline },
      known: [...new Set(all)].sort((a, b) => compareVersions(b, a)).slice(0, 5),
    });
  let published: Published;
  try {
    ensureDirectory(images);
    const { environment } = world;
    published = await askPublished(program.npm, { environment, cwd: images, interrupt });
  } catch (error) {
    if (!isAiError(error, 'AI_REGISTRY_UNREACHABLE')) throw error;
    throw unknown(
      known.map((one) => one.version),
      true,
    );
  }
  if (!published.versions.includes(wanted)) throw unknown(published.versions, false);
  return lockedVersion(world, program, wanted, interrupt);
}

const lockOf = ({ version, lock }: PackageVersion): PackageVersion => ({
  version,
  ...(lock !== undefined && { lock }),
});
