// What the engine says of itself and of what is ours in it: everything that checks want of it, in one visit.

import type Dockerode from 'dockerode';
import type { Assistant } from '../../assistants/assistant.ts';
import { baseImage } from '../../base/base-image.ts';
import { AiError } from '../../base/errors.ts';
import { exactName } from '../../base/image-name.ts';
import { path } from '../../base/path.ts';
import type { NamedEndpoint } from '../../engines/docker/endpoint.ts';
import { silent, unreachable } from '../../engines/docker/unreachable.ts';
import { engineFailure } from '../../images/engine-stream.ts';
import { madeBaseTag } from '../../images/make-base.ts';
import { readVersions } from '../../images/versions.ts';
import type { ProjectFacts } from '../../plan/facts.ts';
import type { Settings } from '../../settings/schema.ts';
import { readImageStates, wantedImages, type ImageStates } from '../image-states.ts';
import { withLiveEngine } from '../live-engine.ts';
import { withEngine } from '../reach-engine.ts';
import { listRuns, type EngineRun } from '../runs-in-engine.ts';
import { namedEndpoint } from '../services.ts';
import type { World } from '../world.ts';

export type EngineLook =
  | { kind: 'unwanted' }
  | { kind: 'failed'; error: AiError; named: NamedEndpoint | undefined }
  | ({ kind: 'reached' } & ReachedLook);

export interface ReachedLook {
  named: NamedEndpoint;
  /** What was said on the way to it, of sockets where nothing answers. */
  notes: readonly string[];
  version: { make: 'Docker Engine' | 'Podman'; version: string; api: string };
  info: EngineInfo;
  /** Milliseconds by which its clock is ahead of ours; undefined where it does not tell the time. */
  ahead: number | undefined;
  states: ImageStates;
  /** Of the assistant in question. */
  image: ImageLook | undefined;
  /** All images that `ai` has made, with and without a name. */
  ours: readonly OwnImage[];
  runs: readonly EngineRun[];
}

/** What Docker and Podman both have in /info. */
export interface EngineInfo {
  Driver?: string;
  DockerRootDir?: string;
  SecurityOptions?: readonly string[] | null;
  Rootless?: boolean;
  CgroupVersion?: string;
  MemTotal?: number;
  OperatingSystem?: string;
  SystemTime?: string;
}

export interface ImageLook {
  /** It is one that our Dockerfile has made, whatever its name. */
  isOurs: boolean;
  /** It was built on one of those for a project: its base may be another one. */
  isOfProject: boolean;
  version: string | undefined;
  /** Digests of its layers, lowest first. */
  layers: readonly string[];
  /** The base that the next build would take, where it is there. */
  base: { name: string; layers: readonly string[] } | undefined;
}

export interface OwnImage {
  id: string;
  tags: readonly string[];
  assistant: string;
  size: number;
}

/** Milliseconds for the whole visit; behind ssh somebody may have to log in first. */
const patience = { near: 5000, ssh: 15_000 };

/** @returns what is in the way as a fact: it is never thrown, unless it is a bug */
export async function lookAtEngine(
  world: World,
  settings: Settings,
  wanted: { assistant: Assistant; project: ProjectFacts | undefined },
): Promise<EngineLook> {
  if (settings.native) return { kind: 'unwanted' };
  let named: NamedEndpoint | undefined;
  try {
    const notes: string[] = [];
    const emit: World['emit'] = (event) => {
      if (event.type === 'note') notes.push(event.text);
    };
    const live = await withLiveEngine({ ...world, emit }, settings);
    named = namedEndpoint(world, live);
    const look = visit(world, live, wanted, { named, notes });
    return await inTime(look, named.kind === 'ssh' ? patience.ssh : patience.near, named);
  } catch (error) {
    if (!(error instanceof AiError)) throw error;
    return { kind: 'failed', error: error as AiError, named };
  }
}

function visit(
  world: World,
  settings: Settings,
  { assistant, project }: { assistant: Assistant; project: ProjectFacts | undefined },
  way: Pick<ReachedLook, 'named' | 'notes'>,
): Promise<EngineLook> {
  return withEngine(world, settings, async ({ docker }) => {
    const before = Date.now();
    const [version, info, states, ours, { runs }] = await Promise.all([
      docker.version(),
      docker.info() as Promise<EngineInfo>,
      wantedImages(world, settings, project).then((wanted) =>
        readImageStates(world, settings, docker, wanted),
      ),
      ownImages(docker),
      listRuns(world, { ...settings, caCertificates: [] }, docker),
    ]).catch((error: unknown) => {
      throw engineFailure('tell what it is and has', error);
    });
    const time = Date.parse(info.SystemTime ?? '');
    const tag = states.find((state) => state.assistant.name === assistant.name)?.image.tag;
    return {
      kind: 'reached',
      ...{ ...way, info, states, ours, runs },
      version: {
        make: isPodman(version) ? 'Podman' : 'Docker Engine',
        version: version.Version.replace(/\+dfsg\d*$/, ''),
        api: version.ApiVersion,
      },
      ahead: Number.isNaN(time) ? undefined : time - (before + Date.now()) / 2,
      image:
        tag === undefined ? undefined : await lookAtImage(docker, tag, baseNames(world, settings)),
    };
  });
}

const isPodman = ({ Components: parts = [] }: Partial<Dockerode.DockerVersion>): boolean =>
  parts.some(({ Name: name }) => name.startsWith('Podman'));

async function ownImages(docker: Dockerode): Promise<readonly OwnImage[]> {
  const images = await docker.listImages({ filters: { label: ['ai.image'] } });
  return images.map(({ Id: id, RepoTags: tags, Labels: labels, Size: size }) => ({
    ...{ id, size, assistant: labels['ai.image'] ?? '' },
    tags: (tags ?? []).filter((tag) => tag !== '<none>:<none>'),
  }));
}

/** As the settings have it, and as it is built on: where its digest is known, a name that has moved on is not followed. */
function baseNames(
  { stateDirectory }: World,
  { 'image.base': name }: Settings,
): { name: string; exact: string } {
  const { bases } = readVersions(path.join(stateDirectory, 'images'));
  return { name, exact: exactName(name, bases[name]) };
}

async function lookAtImage(
  docker: Dockerode,
  tag: string,
  { name, exact }: { name: string; exact: string },
): Promise<ImageLook | undefined> {
  const inspect = (name: string): Promise<Dockerode.ImageInspectInfo | undefined> =>
    docker
      .getImage(name)
      .inspect()
      .catch(() => undefined);
  const [image, named, made] = await Promise.all([tag, exact, madeBaseTag].map(inspect));
  if (image === undefined) return undefined;
  // The made one stands in for the usual one only.
  const found = named ?? (exact === baseImage ? made : undefined);
  // Other engines leave out what is empty.
  const { Config: config, RootFS: layers } = image as {
    [K in 'Config' | 'RootFS']?: Dockerode.ImageInspectInfo[K];
  };
  const labels = config?.Labels as Readonly<Record<string, string>> | null | undefined;
  return {
    isOurs: ['assistant', 'project'].includes(labels?.['ai.stage'] ?? ''),
    isOfProject: labels?.['ai.stage'] === 'project',
    version: labels?.['ai.version'],
    layers: layers?.Layers ?? [],
    base: found && {
      name: found === named ? name : madeBaseTag,
      layers: found.RootFS.Layers ?? [],
    },
  };
}

async function inTime(
  look: Promise<EngineLook>,
  limit: number,
  named: NamedEndpoint,
): Promise<EngineLook> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<EngineLook>((resolve) => {
    timer = setTimeout(() => {
      resolve({ kind: 'failed', error: unreachable(named, silent()), named });
    }, limit);
  });
  try {
    return await Promise.race([look, late]);
  } finally {
    clearTimeout(timer);
    look.catch(() => undefined);
  }
}
