// A new image is tried out before anybody gets it: the program tells its version, and starts as far as its first call over the network.

import { existsSync, mkdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import type { Assistant } from '../assistants/assistant.ts';
import { AiError } from '../base/errors.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { path } from '../base/path.ts';
import { engineFailure } from '../images/engine-stream.ts';
import { readEngineFacts } from '../engines/docker/facts.ts';
import { factsApart, settingsApart } from '../plan/apart.ts';
import { buildPlan } from '../plan/build-plan.ts';
import type { Facts, ProjectFacts, Request } from '../plan/facts.ts';
import type { ImageFacts } from '../plan/image-facts.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { KeptOutput } from '../session/kept-output.ts';
import type { Settings } from '../settings/schema.ts';
import type { EgressUse } from '../tunnel/egress-policy.ts';
import { launch } from './launch.ts';
import { withLiveEngine } from './live-engine.ts';
import { look } from './look.ts';
import { engineEndpoint, makeServices, type LaunchServices } from './services.ts';
import type { World } from './world.ts';

export interface Trial {
  assistant: Assistant;
  settings: Settings;
  image: ImageFacts;
  docker: Dockerode;
  /** An empty directory for all that the run has and leaves. */
  directory: string;
  /** In the label of its container, by which the next build finds what a killed one has left. */
  build: string;
  interrupt: AbortSignal;
}

/** `reached`: the host that it wanted to speak to first. */
export type TrialEnd = { reached: string } | { failed: string; output: string };

/** Seconds that a program has for its first call: the slowest, with all its caches cold, takes about ten. */
const patience = 60;
/** Characters. */
const mostKept = 64 * 1024;

/**
 * One headless turn in a run that has no login, no project and no way out: what it asks the proxy for first is refused, and that
 * it asked is what was to be seen. Nothing of the user's is in it, and nothing stays.
 * @throws AiError AI_INTERRUPTED, and whatever keeps a run from starting
 */
export async function tryStart(world: World, trial: Trial): Promise<TrialEnd> {
  const { docker, image, interrupt } = trial;
  const [stdout, stderr] = [new KeptOutput(mostKept), new KeptOutput(mostKept)];
  const inside = worldOf(world, trial, { stdin: Readable.from([]), stdout, stderr });
  const settings = await settingsOf(world, trial.settings);
  const { facts, plan } = await planOf(inside, trial, settings);
  let reached: string | undefined;
  const stop = (): void => {
    docker
      .getContainer(plan.run.name)
      .kill()
      .catch(() => undefined);
  };
  const onUse = ({ host, port, denied }: EgressUse): void => {
    if (reached !== undefined || denied === 'malformed') return;
    reached = port === undefined || port === 443 ? host : `${host}:${port}`;
    stop();
  };
  interrupt.addEventListener('abort', stop, { once: true });
  try {
    throwIfInterrupted(interrupt, 'the new image was tried out');
    const services = makeServices(inside, facts, plan, true, onUse);
    const code = await launch(plan, { ...services, ...asItIs(image) });
    throwIfInterrupted(interrupt, 'the new image was tried out');
    if (reached !== undefined) return { reached };
    const ended = code === 124 ? `within ${patience} s` : `before it ended with code ${code}`;
    return {
      failed: `it has not called anybody over the network ${ended}`,
      output: `${stdout.text}\n${stderr.text}`.trim(),
    };
  } finally {
    interrupt.removeEventListener('abort', stop);
  }
}

/** A trial makes no image: it holds the lock that a build would wait for. */
function asItIs({ files }: ImageFacts): Pick<LaunchServices, 'image' | 'needImageFiles'> {
  const gone = (): never => {
    const message = 'somebody has removed it meanwhile';
    throw new AiError('AI_ENGINE_REFUSED', {
      doing: 'try the new image out',
      status: 404,
      message,
    });
  };
  return {
    image: { ensure: () => Promise.resolve().then(gone) },
    needImageFiles: async () => {
      if (!existsSync(path.join(files, 'passwd'))) await Promise.resolve().then(gone);
    },
  };
}

/** The user's engine and image, and nothing else of what the user has set. */
async function settingsOf(world: World, given: Settings): Promise<Settings> {
  const live = await withLiveEngine(world, given);
  const apart = settingsApart(live);
  return {
    ...apart,
    ...{ native: false, env: {}, envFiles: [], allow: [], model: undefined, browser: 'off' },
    updateCheck: false,
    ...{ profile: 'default', terminal: 'raw', protect: 'off', auth: 'share' },
    network: 'none',
    timeout: patience,
  };
}

async function planOf(
  world: World,
  { assistant, image, directory, build }: Trial,
  settings: Settings,
): Promise<{ facts: Facts; plan: RunPlan }> {
  const project = path.join(directory, 'project');
  mkdirSync(project, { recursive: true });
  const request: Request = {
    kind: 'assistant',
    assistant: assistant.name,
    arguments: [],
    prompt: { text: 'hi', headless: true },
    ...{ continue: false, json: false, apart: true },
  };
  const seen = await look(world, {
    ...{ request, settings, directory: project, allowAnyRoot: true },
    engine: await readEngineFacts(engineEndpoint(world, settings)),
    project: emptyProject(project),
  });
  const facts: Facts = {
    ...factsApart(seen),
    image,
    settings: { ...settings, network: 'allowlist' },
  };
  const plan = buildPlan(facts);
  const { egress, labels } = plan;
  return {
    facts,
    plan: {
      ...plan,
      labels: { ...labels, 'ai.build': build },
      // Whatever it would reach else: no traffic leaves this machine.
      ...(egress && { egress: { ...egress, hosts: [] } }),
    },
  };
}

const emptyProject = (directory: string): ProjectFacts => ({
  ...{ directory, root: directory, rootReason: 'empty', name: 'trial', id: 'trial' },
  owner: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
  warnings: [],
});

/** Variables by which the user's engine is found. */
const ofEngine = /^(PATH|HOME|DOCKER_|XDG_RUNTIME_DIR$)/;

function worldOf(world: World, { assistant, directory }: Trial, streams: World['streams']): World {
  const kept = Object.entries(world.environment).filter(([name]) => ofEngine.test(name));
  const key = assistant.hostVariables.find(({ secret }) => secret);
  return {
    ...world,
    streams,
    environment: {
      ...Object.fromEntries(kept),
      ...(key && { [key.name]: dummyKey }),
      ...assistant.trial,
    },
    stateDirectory: path.join(directory, 'state'),
    emit: (event) => {
      if (event.type === 'debug') world.emit(event);
    },
    confirm: () => Promise.resolve(false),
    consent: () => Promise.resolve(undefined),
  };
}

/** Its like opens nothing anywhere. */
const dummyKey = 'no-key-0123456789-0123456789-0123456789';

/**
 * What the program says of its version in a container without a network, within a minute.
 * @throws AiError AI_ENGINE_REFUSED, AI_INTERRUPTED
 */
export async function askVersion(
  command: string,
  { docker, image, build, interrupt }: Pick<Trial, 'docker' | 'image' | 'build' | 'interrupt'>,
): Promise<string> {
  const refused = (error: unknown): never => {
    throwIfInterrupted(interrupt, 'the new image was tried out');
    throw engineFailure('try the new image out', error);
  };
  const options = {
    Image: image.tag,
    Cmd: [command, '--version'],
    Tty: true,
    User: '4321:4321',
    Env: ['HOME=/home/ai'],
    Labels: { 'ai.build': build },
    HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'], Init: true },
  };
  const container = await docker.createContainer(options).catch(refused);
  const limit = setTimeout(() => void container.kill().catch(() => undefined), patience * 1000);
  try {
    await container.start();
    await container.wait({ abortSignal: interrupt });
    const log = await container.logs({ stdout: true, stderr: true });
    return log.toString().replaceAll('\r\n', '\n').trim();
  } catch (error) {
    return refused(error);
  } finally {
    clearTimeout(limit);
    await container.remove({ force: true }).catch(() => undefined);
  }
}
