// Every setting, once: type, default, flag, help and whether a project file may set it untrusted. All else follows from here.

import { baseImage } from '../base/base-image.ts';
import type { Definitions } from '../base/assistant-definition.ts';
import { browser } from './browser.ts';
import { modelReachesHost } from './model-trust.ts';
import { protect } from './protect.ts';
import { ownAssistants } from './own-assistants.ts';
import { maskPatterns, takesBack } from './mask-patterns.ts';
import { builtInProviders, providers, type Providers } from './providers.ts';
import { environment, type EnvironmentMap } from './references.ts';
import { sshAccess, type SshAccess } from './ssh-access.ts';
import { isolation } from './isolation.ts';
import { limits } from './limits.ts';
import { network } from './network.ts';
import { overlay } from './overlay.ts';
import { projectTools } from './project-tools.ts';
import { setting, type SettingRecord } from './setting.ts';
import { updates } from './updates.ts';
import { choice, flag, imageReference, list, positiveInteger, profileName, text } from './types.ts';

export const schema = {
  assistant: setting<string>({
    type: text,
    default: 'claude',
    flag: '-a, --assistant <name>',
    help: 'the assistant to start, and whose image and logins exec and shell get',
    trust: 'harmless',
  }),
  model: setting<string | undefined>({
    type: text,
    default: undefined,
    flag: '--model <name>',
    help: 'the model, in the assistant’s own words; or of a provider, like ollama:qwen3',
    trust: 'harmless',
    reachesHost: modelReachesHost,
  }),
  providers: setting<Providers>({
    type: providers,
    default: builtInProviders,
    help: 'endpoints of models for --model NAME:MODEL: their url, api (openai, anthropic, both) and key',
    trust: 'host',
  }),
  yolo: setting<boolean>({
    type: flag,
    default: false,
    flag: '--yolo',
    help: 'let the assistant work without asking for permission',
    trust: 'host',
  }),
  native: setting<boolean>({
    type: flag,
    default: false,
    flag: '--local, --native',
    help: 'run the assistant on this machine itself, without a container and without isolation',
    trust: 'host',
  }),
  fallback: setting<'ask' | 'native' | 'fail'>({
    type: choice('ask', 'native', 'fail'),
    default: 'ask',
    flag: '--fallback <what>',
    help: 'without an engine: ask (at a terminal), native or fail',
    trust: 'host',
  }),
  env: setting<EnvironmentMap>({
    type: environment,
    default: {},
    flag: '-e, --env <KEY[=VALUE]>',
    help: 'a variable for the container',
    trust: 'host',
  }),
  envFiles: setting<readonly string[]>({
    type: list,
    default: [],
    // Not --env-file: node itself reads such a file, and obeys NODE_OPTIONS in it, wherever that word stands (nodejs/node#54232).
    flag: '--env-from <file>',
    help: 'variables for the container from a file of KEY=VALUE lines, such as .env',
    trust: 'host',
  }),
  mounts: setting<readonly string[]>({
    type: list,
    default: [],
    flag: '-v, --mount <HOST:CONTAINER[:ro]>',
    help: 'mount a file or directory',
    trust: 'host',
  }),
  publish: setting<readonly string[]>({
    type: list,
    default: [],
    flag: '-P, --publish <[ADDRESS:][HOST:]PORT>',
    help: 'publish a port, on 127.0.0.1 unless an address is given',
    trust: 'host',
  }),
  profile: setting<string>({
    type: profileName,
    default: 'default',
    flag: '--profile <name>',
    help: 'logins and settings of their own, for another account',
    trust: 'host',
  }),
  auth: setting<'share' | 'lend'>({
    type: {
      ...choice('share', 'lend'),
      // The flag has no value.
      fromFlag: () => 'lend',
    },
    default: 'share',
    flag: '--lend',
    help: 'give the run the login without what renews it (setting auth: lend)',
    trust: 'host',
  }),
  backups: setting<number>({
    type: { ...positiveInteger, range: { least: 1, most: 1000, expected: 'at most 1000' } },
    default: 10,
    help: 'how many earlier versions of each login and settings file are kept',
    trust: 'host',
  }),
  workspace: setting<'adaptive' | 'same'>({
    type: choice('adaptive', 'same'),
    default: 'adaptive',
    flag: '--workspace <layout>',
    help: 'mount the project below /workspace (adaptive) or at the host’s own path (same)',
    trust: 'harmless',
  }),
  mask: setting<readonly string[]>({
    type: maskPatterns,
    default: [],
    flag: '--mask <pattern>',
    help: 'hide what matches, as in .gitignore: .env, /secrets/ (!pattern shows it again)',
    trust: 'harmless',
    reachesHost: takesBack,
  }),
  ...overlay,
  ...protect,
  ...network,
  'ssh.mode': setting<SshAccess>({
    type: sshAccess,
    default: ['remotes'],
    flag: '--ssh <mode>',
    shorthand: { flag: '--no-ssh', means: 'none', help: 'no ssh agent inside, as --ssh none' },
    help: 'where your ssh keys may log in: remotes (the project’s), all, none, or a list',
    trust: 'host',
  }),
  ...browser,
  ...limits,
  ...isolation,
  'ssh.ghToken': setting<boolean>({
    type: flag,
    default: false,
    help: 'give every assistant the GH_TOKEN (or GITHUB_TOKEN) of your environment',
    trust: 'host',
  }),
  'image.base': setting<string>({
    type: imageReference,
    default: baseImage,
    help: 'the image that the assistant images are built on',
    trust: 'host',
  }),
  ...updates,
  ...projectTools,
  plain: setting<boolean>({
    type: flag,
    default: false,
    flag: '--plain',
    help: 'plain words for screen readers: no spinner, colours, marks or tables',
    trust: 'harmless',
    // How the user reads is not a project's to undo.
    reachesHost: (data) => data !== true,
  }),
  assistants: setting<Definitions>({
    type: ownAssistants,
    default: {},
    help: 'assistants of your own, and parts of the built-in ones to replace',
    trust: 'host',
  }),
  caCertificates: setting<readonly string[]>({
    type: list,
    default: [],
    help: 'PEM files with certificates to trust in builds and runs, beyond NODE_EXTRA_CA_CERTS',
    trust: 'host',
  }),
  host: setting<string | undefined>({
    type: text,
    default: undefined,
    flag: '--host <endpoint>',
    help: 'the engine, like unix:///var/run/docker.sock (else DOCKER_HOST, docker’s context, known sockets)',
    trust: 'host',
  }),
  context: setting<string | undefined>({
    type: text,
    default: undefined,
    flag: '--context <name>',
    help: 'the docker context to take the engine from',
    trust: 'host',
  }),
} as const;

export type SettingKey = keyof typeof schema;

/** Every setting with its value. */
export type Settings = {
  [K in SettingKey]: (typeof schema)[K] extends SettingRecord<infer T> ? T : never;
} & {
  /** Where these were set: `--host`, `AI_CONTEXT`, `/…/config.yaml:3`. For words about them. */
  readonly places?: Readonly<Partial<Record<(typeof placedKeys)[number], string>>>;
};

/** Those that choose the engine, that exclude one another, and that may end a run. */
export const placedKeys = [
  ...(['host', 'context', 'root', 'secure', 'publish', 'network', 'memory', 'timeout'] as const),
] as const satisfies readonly SettingKey[];

export const settingKeys = Object.keys(schema) as readonly SettingKey[];

/** The main fields of groups, which the group's own name stands for: `ssh: none`, `AI_SSH=none`. */
export const mainFields: Readonly<Partial<Record<string, SettingKey>>> = { ssh: 'ssh.mode' };

/** `image.base` -> `AI_IMAGE_BASE`, `caCertificates` -> `AI_CA_CERTIFICATES`. */
export const variableOf = (key: string): string =>
  `AI_${key
    .replaceAll('.', '_')
    .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase()}`;
