// The areas that `ai doctor` looks at, in the order in which they are told: for each a look and a judgement.

import type { Examination } from '../../launch/doctor/examination.ts';
import { isFromNpm } from '../../assistants/assistant.ts';
import { AiError, messageOf } from '../../base/errors.ts';
import { chosenHere } from '../../launch/updates/chosen.ts';
import { lookAtCertificates } from '../../launch/doctor/look-certificates.ts';
import { lookAtDisk } from '../../launch/doctor/look-disk.ts';
import { lookAtGit } from '../../launch/doctor/look-git.ts';
import { lookAtLogins } from '../../launch/doctor/look-logins.ts';
import { lookAtNetwork } from '../../launch/doctor/look-network.ts';
import { lookAtPermissions } from '../../launch/doctor/look-permissions.ts';
import { lookAtRegistries } from '../../launch/doctor/look-registry.ts';
import { lookAtSettings } from '../../launch/doctor/look-settings.ts';
import { lookAtSsh } from '../../launch/doctor/look-ssh.ts';
import { lookAtState } from '../../launch/doctor/look-state.ts';
import { lookAtVersions } from '../../launch/doctor/look-versions.ts';
import { judgeCertificates } from './certificates.ts';
import { judgeDisk } from './disk.ts';
import { judgeEngine } from './engine.ts';
import { failure, fromError, warning, type Finding } from './finding.ts';
import { judgeGit } from './git.ts';
import { judgeImages } from './image.ts';
import { judgeLogins } from './logins.ts';
import { judgeNetwork, judgeRegistries } from './network.ts';
import { judgePermissions } from './permissions.ts';
import { judgeSettings } from './settings.ts';
import { judgeSsh } from './ssh.ts';
import { judgeState } from './state.ts';
import { judgeVersions } from './versions.ts';

type Check = (examination: Examination) => Promise<readonly Finding[]>;

/** A look that changes nothing, and what it means. */
const check =
  <F>(
    look: (examination: Examination) => F | Promise<F>,
    judge: (facts: F, platform: NodeJS.Platform) => readonly Finding[],
  ): Check =>
  async (examination) =>
    judge(await look(examination), process.platform);

export const areas = {
  engine: check(({ engine }) => engine(), judgeEngine),
  permissions: check(lookAtPermissions, judgePermissions),
  image: check(
    async ({ engine, world, assistant: { name, image: ready, package: program } }) => ({
      ...{ engine: await engine(), name, ready },
      pinned:
        ready === undefined && isFromNpm(program) ? chosenHere(world, program).version : undefined,
    }),
    judgeImages,
  ),
  disk: check(lookAtDisk, judgeDisk),
  network: check(lookAtNetwork, judgeNetwork),
  registry: check(lookAtRegistries, judgeRegistries),
  ca: check(lookAtCertificates, judgeCertificates),
  ssh: check(lookAtSsh, judgeSsh),
  git: check(lookAtGit, judgeGit),
  logins: check(lookAtLogins, judgeLogins),
  settings: check(lookAtSettings, judgeSettings),
  state: check(lookAtState, judgeState),
  versions: check(lookAtVersions, judgeVersions),
} as const satisfies Record<string, Check>;

export type Area = keyof typeof areas;

export const areaNames = Object.keys(areas) as readonly Area[];

export type AreaFinding = Finding & { area: Area };

/** Milliseconds for an area; behind ssh the engine alone may take them. */
const patience = 16_000;

/** All at once: together they take as long as the slowest. Whatever one of them throws is a finding of its own. */
export async function examine(
  examination: Examination,
  names: readonly Area[],
): Promise<readonly AreaFinding[]> {
  const all = await Promise.all(
    names.map(async (area) => {
      const findings = await inTime(area, areas[area](examination).catch(thrown(area)));
      return findings.map((finding) => ({ ...finding, area }));
    }),
  );
  return all.flat();
}

const thrown =
  (area: Area) =>
  (error: unknown): readonly Finding[] => [
    error instanceof AiError
      ? fromError(area, error as AiError)
      : failure(
          area,
          `could not be looked at: ${messageOf(error)}`,
          `ai doctor --debug ${area}  and report it`,
        ),
  ];

async function inTime(
  area: Area,
  findings: Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => {
      const summary = `could not be looked at within ${patience / 1000} s`;
      resolve([warning(area, summary, `ai doctor ${area}`)]);
    }, patience);
  });
  try {
    return await Promise.race([findings, late]);
  } finally {
    clearTimeout(timer);
  }
}
