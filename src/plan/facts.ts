// What the plan is made from: everything that was looked up, as plain data. Nothing here is decided yet.

import type { Assistant, Login, SignIn } from '../assistants/assistant.ts';
import type { Settings } from '../settings/schema.ts';
import type { MaskFacts } from './mask-facts.ts';
import type { NestedFacts } from './nested-facts.ts';
import type { OverlayFacts } from './overlay-facts.ts';
import type { ImageFacts } from './image-facts.ts';
import type { ProtectFacts } from './protect-facts.ts';
import type { NetworkFacts } from './network-facts.ts';
import type { SshFacts } from './ssh-facts.ts';

export interface Facts {
  request: Request;
  /** Whose run it is: what the settings make of the one that is asked for. */
  assistant: Assistant;
  settings: Settings;
  project: ProjectFacts;
  host: HostFacts;
  mounts: readonly ExtraMountFacts[];
  /** What this machine has mounted in the project; absent where that is nothing. */
  nested?: NestedFacts;
  /** What the setting `mask` hides; absent where it is not set. */
  mask?: MaskFacts;
  /** What the setting `overlay` gives the container for itself; absent where that is nothing. */
  overlay?: OverlayFacts;
  /** What the setting `protect` makes read-only; absent where it is not to. */
  protect?: ProtectFacts;
  state: StateFacts;
  gitSettings: GitSettingsFacts;
  /** The login of GitHub's own program, where there is one. */
  gitHub?: GitHubFacts;
  /** What stands in files of `global_state/secrets` that this run may use, by the file's name. */
  secrets: Texts;
  /** What else the user keeps for runs; absent where that is nothing. */
  kept?: KeptFacts;
  /** The login that the assistant's state holds; that of another endpoint is not looked at. */
  login?: Login;
  /** Newest first; empty unless the user wants to go on with the last one. */
  conversations?: readonly ConversationFacts[];
  engine: EngineFacts;
  ssh: SshFacts;
  /** What a run without a network of its own may want to reach. */
  network?: NetworkFacts;
  /** Where the project's own settings for the assistant would send it, as the variables that they set. */
  endpoints: readonly { name: string; value: string }[];
  image: ImageFacts;
  terminal: TerminalFacts;
}

/** Texts by name, as they stand in files. */
export type Texts = Readonly<Partial<Record<string, string>>>;

/** What the user keeps for runs, beside `global_state/secrets`. */
export interface KeptFacts {
  /** The secrets of this project. */
  project: { directory: string; values: Texts };
  /** The user's file of variables. */
  envFile: Texts;
  /** Of the setting `envFiles`, later files over earlier ones. */
  named: Texts;
  /** What commands have printed, by command. In a preview none has run. */
  printed: Texts;
}

/** What the user asked for, as words; how it becomes a command line is the plan's business. */
export type Request =
  | {
      kind: 'assistant';
      assistant: string;
      arguments: readonly string[];
      prompt?: Prompt;
      continue: boolean;
      json: boolean;
      /** Nothing of the project is there, and nothing of the conversation stays: see apart.ts. */
      apart?: true;
    }
  | { kind: 'exec'; assistant: string; command: readonly string[] }
  | { kind: 'shell'; assistant: string }
  /** The assistant's own way to log in. */
  | { kind: 'login'; assistant: string; signIn: SignIn };

export interface Prompt {
  text: string;
  /** Headless prints one answer; the other kind opens the session with this text. */
  headless: boolean;
}

export interface ProjectFacts {
  /** The directory that `ai` was started in (or was sent to with -C), symlinks resolved. */
  directory: string;
  /** The root that gets mounted, symlinks resolved. */
  root: string;
  /** Why this is the root, for people: `git repository`, `pnpm-workspace.yaml`, `no project found: the current directory`. */
  rootReason: string;
  /** The last part of the root's path; empty for `/`. */
  name: string;
  /** name + 12 hex digits of the sha256 of the main worktree's real path, so that worktrees share. Fit for a file name. */
  id: string;
  /** The package of a monorepo that `directory` is in: its path below the root. Absent where that is the root itself. */
  package?: string;
  /** Owner of the root directory on the host. */
  owner: { uid: number; gid: number };
  /** The owner's name on the host, where it is not the user and is known. */
  ownerName?: string;
  git?: GitFacts;
  /** What will not work in this project, for people. */
  warnings: readonly string[];
}

export interface GitFacts {
  /** Git directory of this worktree, absolute: `<root>/.git`, or `<common>/worktrees/<id>`. */
  directory: string;
  /** The directory that all worktrees share. */
  commonDirectory: string;
  /** The top of the main worktree, or the bare repository itself. */
  mainWorktree: string;
  /** True if the root is a linked worktree: its `.git` is a file that points into the common directory. */
  linked: boolean;
  /** True if the pointer in that file is relative (git >= 2.48 with worktree.useRelativePaths), or a submodule's is. */
  relativePointers: boolean;
  /** True if the repository has `extensions.relativeWorktrees`, which git before 2.48 refuses. */
  needsNewerGit: boolean;
  /** The other linked worktrees of the repository that exist on this host. */
  siblings: readonly WorktreeFacts[];
}

export interface WorktreeFacts {
  /** Its name below `worktrees/`. */
  id: string;
  /** The `.git` file of the worktree on the host, absolute, symlinks resolved. */
  gitFile: string;
  /** The pointer to it as it stands in `worktrees/<id>/gitdir`: absolute, or relative to `worktrees/<id>`. */
  pointer: string;
}

/** The user's own settings for git, and the machine's; nothing of the project's. */
export interface GitSettingsFacts {
  /** Includes resolved for the project; later ones win. */
  settings: readonly GitSetting[];
  /** What stands in the files that settings name, by the setting: src/plan/git-settings.ts says which. */
  files: Readonly<Partial<Record<string, string>>>;
}

export interface GitSetting {
  /** As git lists it: `section.name` or `section.Subsection.name`, section and name in lower case. */
  name: string;
  value: string;
}

export interface GitHubFacts {
  /** The directory of gh's configuration, absolute. */
  directory: string;
  /** Where it is logged in: `github.com`. */
  hosts: readonly string[];
}

export interface HostFacts {
  uid: number;
  gid: number;
  /** Supplementary groups of the user. */
  groups: readonly number[];
  userName: string;
  home: string;
  /** Stable for this machine, or the host's name where there is no such thing. */
  machineId: string;
  /** IANA name of the host's time zone, where it is known. */
  timeZone?: string;
  /** Those variables of the host's environment that a run may need. */
  environment: Readonly<Record<string, string>>;
  /** What opens a page of the web; `ssh` where the user sits at another machine, absent where there is no desktop. */
  desktop?: 'open' | 'xdg-open' | 'ssh';
  /** Certificates that the host trusts beyond the usual ones, absolute paths of PEM files. */
  caFiles: readonly string[];
}

/** A mount that the user asked for. */
export interface ExtraMountFacts {
  source: string;
  target: string;
  readOnly: boolean;
  kind: 'file' | 'directory';
  /** Group of the source on the host. */
  gid: number;
  /** What this machine has mounted below the source: it does not come along. */
  nested?: readonly string[];
}

export interface StateFacts {
  /** `~/.docker-ai-config`, or where `DOCKER_AI_CONFIG_HOME` says. */
  directory: string;
  /** The logins and settings of the profile, shared by all projects. */
  global: string;
  /** Where the files of runs go: there, or a temporary directory where nothing can be written there. */
  writable: string;
  /** Whose run it is, for labels: a hash of machine, user and state directory. */
  owner: string;
  /** Id of this run: letters and digits, unique. */
  runId: string;
}

/** The conversations that were held in one directory. */
export interface ConversationFacts {
  /** By which the assistant tells that directory from others. */
  key: string;
  /** That directory as it was inside, where that can be told. */
  workingDirectory?: string;
  /** Milliseconds since 1970. */
  changed: number;
}

/** What a run has to know of the engine beforehand. */
export interface EngineFacts {
  make: 'docker' | 'podman';
  /** It runs as a user, so that root inside is that user outside. */
  rootless: boolean;
  /** False where it takes limits of memory and processes and does not hold them (rootless on cgroup v1). */
  limits: boolean;
  /** True where it weighs processors: a user's engine may have been given memory and processes alone. */
  cpu: boolean;
  /** Bytes of the machine that it runs on, where that is known. */
  memory?: number;
  /** Of its machine, in its own words, where it was asked: `x86_64`. */
  architecture?: string;
  /** A socket of this machine works in its containers. False for engines in a virtual machine: they share files only. */
  sharesSockets: boolean;
}

export interface TerminalFacts {
  stdin: boolean;
  stdout: boolean;
  rows: number;
  columns: number;
}
