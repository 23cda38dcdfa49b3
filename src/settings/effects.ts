// What settings do to the host, as sentences for whoever is to trust them. Pure.

import type { Definitions } from '../base/assistant-definition.ts';
import { readMountText } from '../base/mount-text.ts';
import { showPackages, type Packages } from '../base/packages.ts';
import { quoteForShell, showOnOneLine } from '../base/quote.ts';
import { assistantEffects, modelEffects, providerEffects } from './effects-of-names.ts';
import { leavesOf } from './leaves.ts';
import { overlayOff } from './overlay.ts';
import { settingOf, type Layer, type LayerValue } from './layers.ts';
import type { Providers } from './providers.ts';
import type { EnvironmentMap } from './references.ts';
import { schema, type SettingKey } from './schema.ts';
import type { SettingRecord } from './setting.ts';
import { providersIn } from './trust.ts';
import { valuesBelow, type ValuesBelow } from './values-below.ts';

/**
 * A line for each thing that the values do, fit for a terminal; each completes “the file would …”. Nothing is left out, however
 * long it gets: what is not shown is not agreed to.
 * @param below the layers that the file lies on: a part of what they define may be all that it changes
 */
export function effectsOf(
  values: readonly LayerValue[],
  below: readonly Layer[],
): readonly string[] {
  const around: Around = { below: valuesBelow(below), providers: providersIn([{ values }]) };
  return values.flatMap((value) => linesOf(value, around));
}

/** What else a sentence may have to speak of. */
interface Around {
  below: ValuesBelow;
  /** Names of those that the same values define. */
  providers: readonly string[];
}

function linesOf({ key: written, value }: LayerValue, around: Around): readonly string[] {
  const key = settingOf(written);
  const data = value.kind === 'data' ? value.data : value.text;
  const said = (key && sentencesOf(key, data, around)) ?? [];
  return (said.length > 0 ? said : leavesOf(written, data)).map(showOnOneLine);
}

/** Undefined for what has no sentence of its own, or is none of its values. */
function sentencesOf(
  key: SettingKey,
  data: unknown,
  around: Around,
): readonly string[] | undefined {
  const { type }: SettingRecord = schema[key];
  const parsed: unknown = type.fromData(data);
  if (parsed === undefined || parsed === null) return undefined;
  const known: Partial<Record<string, Sentences>> = sentences;
  return known[key]?.(parsed as never, around);
}

type Sentences = (value: never, around: Around) => readonly string[] | undefined;

const one = quoteForShell;

/** What the settings of type `flag` say when they are on; off they only take something away. */
const whenOn =
  (text: string) =>
  (on: boolean): readonly string[] | undefined =>
    on ? [text] : undefined;

const sentences = {
  yolo: whenOn('let the assistant work without asking you for permission'),
  native: whenOn(
    'run the assistant on this machine itself, without a container and without isolation',
  ),
  fallback: (what: string) =>
    what === 'native'
      ? ['run the assistant on this machine itself, without isolation, where no engine runs']
      : undefined,
  env: (map: EnvironmentMap) =>
    Object.entries(map).map(([name, value]) =>
      value === null
        ? `read ${name} from your environment or secrets, and give it to the run`
        : typeof value === 'string'
          ? `set ${name} to ${one(value)} in the run`
          : `run ${one(value.command)} on this machine, and give what it prints to the run as ${name}`,
    ),
  mounts: (list: readonly string[]) => list.map(mountText),
  publish: (list: readonly string[]) => list.map(publishText),
  profile: (name: string) => [`use the logins and settings of your profile ${name}`],
  protect: (what: string) =>
    ({
      report: ['leave git’s hooks and configuration in the project writable for the run'],
      off: ['not tell you which files a run has changed that this machine runs later'],
    })[what],
  overlay: (names: readonly string[]) =>
    names.map((name) =>
      name === overlayOff
        ? 'let the run write into the directories of which it would have its own'
        : `keep ${one(name)} of the project apart: what a run writes there does not reach your files`,
    ),
  network: (mode: string) =>
    ({
      none: ['take the network from the run'],
      host: ['let the run use this machine’s own network, with all that listens on it'],
      open: ['give the run the engine’s network'],
      allowlist: ['let the run reach only the hosts that it needs'],
    })[mode] ?? [`put the run into the docker network ${one(mode.replace('name:', ''))}`],
  allow: (list: readonly string[]) => list.map((host) => `let the run reach ${one(host)}`),
  'ssh.mode': sshText,
  root: whenOn('run as root inside the container'),
  secure: (on: boolean) => (on ? undefined : ['run without the preset secure']),
  terminal: (mode: string) =>
    mode === 'raw'
      ? ['let what runs reach your clipboard and the titles of your terminal']
      : undefined,
  plain: (on: boolean) => (on ? undefined : ['turn plain words for screen readers off']),
  browser: (what: string) =>
    ({
      open: ['open pages in your browser that a run asks for'],
      print: ['only say which pages a run wants to show you'],
      off: ['take the way to your browser from the run'],
    })[what],
  'ssh.ghToken': whenOn('give every assistant the GH_TOKEN or GITHUB_TOKEN of your environment'),
  'image.base': (image: string) => [`build and run on the image ${one(image)}`],
  'image.update': (how: string) => [
    how === 'auto'
      ? 'update assistants by themselves, in the background'
      : 'leave assistants at their versions until you run ai update',
  ],
  updateCheck: (on: boolean) => [
    on
      ? 'ask npm’s registry once a day for newer versions of assistants'
      : 'not look for newer versions of assistants',
  ],
  'image.packages': (packages: Packages) => {
    const words = showPackages(packages);
    return words === '' ? undefined : [`install into the image, and run what they bring: ${words}`];
  },
  'image.dockerfile': (file: string) => [
    `build the image by ${one(file)}, and run in what comes of it`,
  ],
  devcontainer: whenOn('build and run on the image of the project’s devcontainer.json'),
  caCertificates: (files: readonly string[]) =>
    files.map((file) => `trust the certificates in ${one(file)} in builds and runs`),
  envFiles: (files: readonly string[]) =>
    files.map((file) => `read ${one(file)}, and give the variables in it to the run`),
  host: (endpoint: string) => [`use the engine at ${one(endpoint)}`],
  context: (name: string) => [`use the engine of the docker context ${one(name)}`],
  assistants: (definitions: Definitions, { below }: Around) =>
    assistantEffects(definitions, below.assistants),
  providers: (all: Providers, { below }: Around) => providerEffects(all, below.providers),
  model: (name: string, { below, providers }: Around) =>
    modelEffects(name, providers, below.providers),
} satisfies Partial<Record<string, Sentences>>;

function mountText(text: string): string {
  const mount = readMountText(text);
  if (mount === undefined) return `mount ${one(text)}`;
  const { source, target, mode } = mount;
  return `mount ${one(source)} at ${one(target)}, ${mode === 'ro' ? 'read-only' : 'writable'}`;
}

function publishText(text: string): string {
  const match = /^(?:(\[[\da-f:]+\]|\d+\.\d+\.\d+\.\d+):)?(?:(\d*):)?(\d+)(\/\w+)?$/i.exec(text);
  const [, address = '127.0.0.1', host, port = '', protocol = ''] = match ?? [];
  if (match === null) return `publish the port ${one(text)}`;
  return `open port ${host || (host === '' ? 'of its choice' : port)} of this machine, on ${address}, to port ${port}${protocol} of the run`;
}

function sshText(words: readonly string[]): readonly string[] {
  const modes: Partial<Record<string, string>> = {
    all: 'let your ssh keys log in to every host that they open',
    remotes: 'let your ssh keys log in to the hosts of the project’s remotes',
    none: 'take your ssh keys from the run',
  };
  const mode = words.length === 1 ? modes[words[0] ?? ''] : undefined;
  return mode === undefined
    ? words.map((word) =>
        word.startsWith('SHA256:')
          ? `let your ssh key ${one(word)} log in`
          : `let your ssh keys log in to ${one(word)}`,
      )
    : [mode];
}
