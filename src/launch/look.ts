// Everything that a plan is made from, looked up in one place. Changes nothing.

import { existsSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import { isFromNpm, type Assistant } from '../assistants/assistant.ts';
import { hasPackages } from '../base/packages.ts';
import { path } from '../base/path.ts';
import { knownSecrets } from '../plan/known-secrets.ts';
import { splitName } from '../plan/git-allowed.ts';
import { withOwnYolo } from '../plan/own-yolo.ts';
import { lookAtKept } from './look-at-kept.ts';
import { sortGitHosts, sortRemotes } from './confirm-remotes.ts';
import { lookAtMounts, lookBelowProject } from './look-at-mounts.ts';
import { lookForProtect } from './look-protect.ts';
import { lookForMask } from './look-mask.ts';
import { lookForOverlay } from './look-overlay.ts';
import type { GitConfigEntry } from '../base/git-config.ts';
import { imageOf } from './image-of.ts';
import { readTemplates } from '../images/templates.ts';
import { chosenVersion, readVersions, type Versions } from '../images/versions.ts';
import type {
  EngineFacts,
  Facts,
  GitSetting,
  GitSettingsFacts,
  ProjectFacts,
  Request,
  StateFacts,
  TerminalFacts,
} from '../plan/facts.ts';
import { ownFilesOf, type ImageFacts } from '../plan/image-facts.ts';
import type { NetworkFacts } from '../plan/network-facts.ts';
import { readConversations } from '../read/conversations.ts';
import { readGitHub } from '../read/github.ts';
import { readGitSettings } from '../read/git-settings.ts';
import { readHost } from '../read/host-facts.ts';
import { readLogin } from '../read/login.ts';
import { readProjectEndpoints } from '../read/project-endpoints.ts';
import { readRemotes, rewritesOf } from '../read/ssh-remotes.ts';
import { readProject } from '../read/project.ts';
import { readState } from '../read/state-facts.ts';
import { isStdinTerminal } from '../session/streams.ts';
import type { Settings } from '../settings/schema.ts';
import { assistantNamed } from './which-assistant.ts';
import type { World } from './world.ts';

export interface LookInput {
  request: Request;
  settings: Settings;
  engine: EngineFacts;
  /** The directory to work in, absolute. */
  directory: string;
  allowAnyRoot: boolean;
  /** Where it has been read already. */
  project?: ProjectFacts;
  /** Where git has been asked already. */
  gitSettings?: Promise<GitSettingsFacts>;
}

/** @throws AiError where the project, a mount or a setting does not allow a run */
export async function look(
  world: World,
  {
    request,
    directory,
    engine,
    allowAnyRoot,
    project: known,
    gitSettings: asked,
    ...input
  }: LookInput,
): Promise<Facts> {
  const { home, stateDirectory } = world;
  // Git works on it while we look at the rest, of which what goes wrong first is what is said.
  const gitSettings = asked ?? readGitSettings(directory, world.environment, home);
  gitSettings.catch(() => undefined);
  const assistant = assistantNamed(input.settings, request.assistant);
  const settings = withOwnYolo(input.settings, request, assistant);
  const host = readHost(world.environment, settings);
  const state = readState(stateDirectory, host, settings.profile);
  const project = known ?? readProject(directory, { home, stateDirectory, allowAnyRoot });
  const { secrets, kept } = lookAtKept(world, {
    ...{ assistant, settings, project, directory },
    global: state.global,
  });
  const endpoints = readProjectEndpoints(assistant, project.directory, project.root);
  const named = [
    ...endpoints.map(({ name }) => name),
    ...Object.keys(settings.env),
    ...Object.keys(assistant.environment.defined ?? {}),
    ...[host.environment, secrets, kept.project.values, kept.envFile, kept.named].flatMap(
      Object.keys,
    ),
  ];
  const isSentSomewhere = named.some((name) => assistant.endpoint?.variables.includes(name));
  // Reading it takes time, and most runs need not know.
  const login =
    assistant.state.defaults || isSentSomewhere ? readLogin(state.global, assistant) : undefined;
  const mask = await lookForMask(world, settings, project);
  const overlay = await lookForOverlay(world, { settings, project, engine, state });
  const mounts = lookAtMounts(world, { settings, project, engine, directory });
  const nested = lookBelowProject(project, engine);
  world.redactor.learnLater(() => knownSecrets({ host, secrets, state, kept, settings }));
  const gitHub = readGitHub(stateDirectory, settings.profile);
  const image = readable(await lookAtRunImage(world, assistant, settings, project), state);
  const terminal = lookAtTerminal(world);
  const settingsOfGit = await gitSettings;
  const remotes = project.git
    ? readRemotes(project.git, rewritesOf(settingsOfGit.settings.map(entryOf)))
    : { ssh: [], web: [] };
  const protect = await lookForProtect(world, {
    ...{ settings, project, mounts, state, gitSettings: settingsOfGit },
  });
  return {
    request,
    assistant,
    settings,
    host,
    project,
    endpoints,
    ssh: sortRemotes(stateDirectory, project, remotes.ssh),
    network: {
      ...sortGitHosts(stateDirectory, project, remotes.web),
      ...(settings.network === 'allowlist' ? await registriesOf(world, image) : { registries: [] }),
    },
    mounts,
    ...(nested && { nested }),
    ...(mask && { mask }),
    ...(overlay && { overlay }),
    ...(protect && { protect }),
    state,
    gitSettings: settingsOfGit,
    ...(gitHub && { gitHub }),
    secrets,
    kept,
    ...(login && { login }),
    ...(request.kind === 'assistant' &&
      request.continue && {
        conversations: readConversations(
          path.join(state.directory, 'projects', project.id, assistant.name),
          assistant,
        ),
      }),
    engine,
    image,
    terminal,
  };
}

/** Only where it matters which. */
async function registriesOf(
  { home, environment, stateDirectory }: World,
  image: ImageFacts,
): Promise<Pick<NetworkFacts, 'registries' | 'silent'>> {
  const { readRegistries } = await import('./look-registries.ts');
  return readRegistries({ home, environment, stateDirectory, imageFiles: ownFilesOf(image) });
}

/** As a reader of git's own files has it. */
const entryOf = ({ name: full, value }: GitSetting): GitConfigEntry => {
  const { name: key, ...where } = splitName(full);
  return { ...where, key, value };
};

/** What is kept of an image in a home that is read-only now may be of use; else it is kept with the run. */
function readable(image: ImageFacts, { directory, writable }: StateFacts): ImageFacts {
  if (directory === writable || existsSync(path.join(image.files, 'passwd'))) return image;
  return { ...image, files: path.join(writable, path.relative(directory, image.files)) };
}

/** The image that a run of this assistant wants: its own, or the project's, built on that. @throws AiError AI_IMAGE_SOURCE */
export async function lookAtRunImage(
  world: World,
  assistant: Assistant,
  settings: Settings,
  project: ProjectFacts | undefined,
): Promise<ImageFacts> {
  const image = lookAtImage(world, assistant, settings);
  if (project === undefined || !wantsProjectImage(settings)) return image;
  const { lookAtProjectImage } = await import('./look-project-image.ts');
  return lookAtProjectImage(world, { assistant, settings, project, image });
}

/** Cheap to ask: most projects want none of their own. */
const wantsProjectImage = (settings: Settings): boolean =>
  settings.devcontainer ||
  settings['image.dockerfile'] !== undefined ||
  hasPackages(settings['image.packages']);

/**
 * The image of an assistant, as it is without a project.
 * @param versions those that it would want it with, where they are not the chosen ones
 */
export function lookAtImage(
  {
    templates,
    stateDirectory,
    environment,
  }: Pick<World, 'templates' | 'stateDirectory' | 'environment'>,
  { name, package: program, image }: Assistant,
  settings: Settings,
  versions?: Versions,
): ImageFacts {
  const files = path.join(stateDirectory, 'images');
  const { start, relay, ...rest } = readTemplates(templates);
  if (image !== undefined)
    return {
      tag: image,
      reason: `setting assistants.${name}.image`,
      files,
      foreign: { start, relay },
    };
  if (!isFromNpm(program)) throw new Error(`${name} has neither a package nor an image`);
  const chosen = versions ?? readVersions(files);
  return imageOf(program, chosenVersion(program, chosen), {
    ...{ base: settings['image.base'], bases: chosen.bases, environment },
    ...{ templatesDirectory: templates, templates: { ...rest, start, relay }, images: files },
  });
}

function lookAtTerminal({ streams }: World): TerminalFacts {
  const output = streams.stdout as Partial<WriteStream>;
  return {
    stdin: isStdinTerminal(streams),
    stdout: output.isTTY === true,
    rows: output.rows ?? 0,
    columns: output.columns ?? 0,
  };
}
