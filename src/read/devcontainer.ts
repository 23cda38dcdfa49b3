// What of a project's devcontainer.json counts: the image, or how it is built. Its author may be hostile, and a session may be.

import { AiError } from '../base/errors.ts';
import { asObject, isList, ownValue, type JsonObject, type JsonValue } from '../base/json.ts';
import { parseJsonWithComments } from '../base/json-comments.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import { exists, readProjectFile, realPathOf } from './project-file.ts';

/** In the order in which they count (containers.dev, “devcontainer.json”). */
export const devcontainerFiles = ['.devcontainer/devcontainer.json', '.devcontainer.json'] as const;

export interface Devcontainer {
  /** Below the root. */
  name: string;
  text: string;
  /** What it says that is not used. */
  unused: readonly string[];
  made: { image: string } | DevcontainerBuild;
}

export interface DevcontainerBuild {
  /** Absolute, symlinks resolved, in the project. */
  dockerfile: string;
  context: string;
  args: Readonly<Record<string, string>>;
  target?: string;
}

/** The place of a project's, below its root. */
export const findDevcontainer = (root: string): string | undefined =>
  devcontainerFiles.find((name) => exists(path.join(root, name)));

/** @throws AiError AI_IMAGE_SOURCE where there is none, or it says nothing that can be used */
export function readDevcontainer(root: string): Devcontainer {
  const name = findDevcontainer(root);
  const refuse = (
    why: string,
    next = `leave out the setting devcontainer, or correct ${name ?? ''}`,
  ): AiError =>
    new AiError('AI_IMAGE_SOURCE', {
      file: path.join(root, name ?? devcontainerFiles[0]),
      why,
      next,
    });
  if (name === undefined)
    throw refuse(
      'there is no such file',
      'leave out the setting devcontainer (AI_DEVCONTAINER=no)',
    );
  const file = path.join(root, name);
  const inProject = (place: string, what: string): string => {
    const real = realPathOf(place);
    if (real === undefined) throw refuse(`${what} is not there`);
    if (!isInside(real, realPathOf(root) ?? root))
      throw refuse(`${what} lies outside of the project`);
    return real;
  };
  const text = readProjectFile(inProject(file, 'what it is a link to'));
  if (text === undefined) throw refuse('it is no file of at most 64 kB that can be read');
  const data = parseJsonWithComments(text);
  if (data === undefined) throw refuse('it is no JSON with comments');

  const words = (value: JsonValue | undefined, what: string): string | undefined => {
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '') throw refuse(`${what} is no text`);
    if (value.includes('${')) throw refuse(`${what} has a variable, and ai fills in none`);
    return value;
  };
  const unused = Object.keys(data).filter((key) => ignored.has(key));
  const common = { name, text, unused };
  if (ownValue(data, 'dockerComposeFile') !== undefined)
    throw refuse('it is one of docker compose, which ai does not use');
  const build = asObject(ownValue(data, 'build')) ?? {};
  const dockerfile = words(
    ownValue(build, 'dockerfile') ?? ownValue(data, 'dockerFile'),
    'build.dockerfile',
  );
  if (dockerfile === undefined) {
    const image = words(ownValue(data, 'image'), 'image');
    if (image === undefined) throw refuse('it has neither image nor build.dockerfile');
    if (!imageName.test(image)) throw refuse('image is no name of an image');
    return { ...common, made: { image } };
  }
  const beside = path.dirname(file);
  const context =
    words(ownValue(build, 'context') ?? ownValue(data, 'context'), 'build.context') ?? '.';
  const target = words(ownValue(build, 'target'), 'build.target');
  return {
    ...common,
    made: {
      dockerfile: inProject(path.resolve(beside, dockerfile), 'build.dockerfile'),
      context: inProject(path.resolve(beside, context), 'build.context'),
      args: argumentsIn(ownValue(build, 'args'), words, refuse),
      ...(target !== undefined && { target }),
    },
  };
}

/** Those that have a say in what a container of it is like. Others are for an editor. */
const ignored = new Set([
  ...[
    'features',
    'onCreateCommand',
    'updateContentCommand',
    'postCreateCommand',
    'postStartCommand',
  ],
  ...[
    'postAttachCommand',
    'initializeCommand',
    'mounts',
    'workspaceMount',
    'workspaceFolder',
    'runArgs',
  ],
  ...[
    'remoteUser',
    'containerUser',
    'containerEnv',
    'remoteEnv',
    'privileged',
    'capAdd',
    'securityOpt',
  ],
  ...['init', 'overrideCommand', 'forwardPorts', 'appPort', 'secrets'],
]);

/** Near enough to what engines take; they look again. */
const imageName = /^[A-Za-z0-9][\w./:@-]{0,511}$/;

function argumentsIn(
  value: JsonValue | undefined,
  words: (value: JsonValue | undefined, what: string) => string | undefined,
  refuse: (why: string) => AiError,
): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const args: JsonObject | undefined = isList(value) ? undefined : asObject(value);
  if (args === undefined) throw refuse('build.args is no map');
  return Object.fromEntries(
    Object.entries(args).map(([key, text]) => {
      if (!/^[A-Za-z_]\w*$/.test(key))
        throw refuse('build.args has a name that no Dockerfile takes');
      return [key, text === '' ? '' : (words(text, `build.args.${key}`) ?? '')];
    }),
  );
}
