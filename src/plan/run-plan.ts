// The plan of one run: plain data, every part with the reason why it is there. Acting on it takes no further decision.

import type { StateDefinition } from '../base/assistant-definition.ts';
import type { HostEntry } from '../base/host-name.ts';
import type { EngineFacts } from './facts.ts';
import type { SshRemote } from './ssh-facts.ts';

/** Raised when the shape changes in a way that a reader of `--dry-run --json` would notice. */
export const planVersion = 8;

export interface RunPlan {
  version: typeof planVersion;
  run: {
    id: string;
    name: string;
    assistant: string;
    /** Of one that the user's settings define, what whoever finishes the run has to know of it. */
    definition?: StateDefinition;
  };
  project: { root: string; name: string; id: string; reason: string };
  /** The files that this machine runs later are compared before and after. */
  watched: boolean;
  /** `foreign`: one of somebody else's, into which our first process is mounted. */
  image: Reasoned<{ tag: string; foreign?: true }>;
  engine: EngineFacts;
  /** What runs inside, after the first process. */
  command: Reasoned<{ argv: readonly string[] }>;
  workingDirectory: Reasoned<{ path: string }>;
  user: Reasoned<{ uid: number; gid: number; name: string }>;
  /** How ids inside become ids outside, where the engine has to be told. */
  userNamespace?: Reasoned<{ mode: 'keep-id' }>;
  groups: readonly Reasoned<{ gid: number }>[];
  /** Left to the engine where it is not said. */
  hostName?: Reasoned<{ name: string }>;
  mounts: readonly Mount[];
  environment: readonly Variable[];
  labels: Readonly<Record<string, string>>;
  terminal: Reasoned<{
    tty: boolean;
    stdin: boolean;
    rows: number;
    columns: number;
    /** What of the output reaches beyond the terminal's window is taken out of it. */
    safe?: true;
  }>;
  security: Reasoned<{ capAdd: readonly string[]; noNewPrivileges: boolean }>;
  /** The container's own files. `scratch`: directories of the run, writable where the rest is not. */
  fileSystem: Reasoned<{ readOnly: boolean; scratch: readonly Scratch[] }>;
  limits: Limits;
  /** A program that the engine starts inside now and then, to see whether that still can be done. */
  health?: Reasoned<{ argv: readonly string[]; seconds: number }>;
  network: Reasoned<{ mode: string; publish: readonly PublishedPort[] }>;
  /** What of the user's ssh agent goes into the run. */
  ssh: SshPlan;
  /** The model, where it is a provider's and not the assistant's own. */
  model?: ModelPlan;
  /** Ports of this machine that the run reaches, each by a port of its own loopback. */
  hostPorts: readonly HostPort[];
  /** What it reaches without a network of its own, through the launcher’s proxy; absent where it has one, or nothing. */
  egress?: EgressPlan | undefined;
  /** The way to the user's browser; absent where programs inside are to find none. */
  browser?: BrowserPlan | undefined;
  /** What of the user's logins and settings goes into the run, and comes out again. */
  state: StatePlan;
  git: GitPlan;
  /** What the launcher has to make on the host before the container is created. */
  prepare: Prepare;
  /** Said to the user before the start. */
  notes: readonly string[];
}

export type Reasoned<T> = T & { reason: string };

export interface Scratch {
  directory: string;
  /** In memory: how much at most, as mount(8) has it. Absent where it is on the engine's disk. */
  size?: string;
}

export type Mount = Reasoned<{
  /**
   * `project` and `git` are the user's files; `state` outlives the run; `run` is made for it and goes with it; `mask` is nothing,
   * in the place of something of the user's; `protect` is what lies there anyway, so that it cannot be changed or moved; `overlay`
   * is the container's own of a directory of the user's, and outlives the run.
   */
  role: 'project' | 'git' | 'extra' | 'state' | 'run' | 'mask' | 'protect' | 'overlay';
  source: string;
  /** The source is the name of one of the engine's volumes. */
  volume?: true;
  target: string;
  kind: 'file' | 'directory';
  readOnly: boolean;
  /** Of an overlay, the directory of the host that it lies over. */
  over?: string;
  /** What the host has mounted below the source stays outside. A read-only mount is always so. */
  alone?: true;
}>;

export type Variable = Reasoned<{
  name: string;
  value: string;
  /** Where the value stands on the host, where that is not a variable of the same name. */
  from?: { variable: string } | { file: string } | { command: string };
  /** Shown to nobody. Secrets travel in a file that only the first process reads, never in the container's configuration. */
  secret: boolean;
  /** The user gives it, so it may hold what nobody takes for a secret: it travels as they do. */
  given?: true;
}>;

export type SshPlan = Reasoned<{
  /** `restricted`: keys log in at `hosts` only; `none`: there is no agent inside. */
  agent: 'none' | 'restricted' | 'all';
  hosts: readonly SshRemote[];
  /** The keys that are there for the run; all of the agent's where absent. */
  fingerprints?: readonly string[];
  /**
   * How its socket gets inside, where there is one: the launcher's own is mounted, or one inside is relayed to it by a program
   * there, where the engine shares files only.
   */
  way?: 'socket' | 'relay';
}>;

export type ModelPlan = Reasoned<{
  provider: string;
  /** As the provider calls it. */
  name: string;
  api: 'openai' | 'anthropic';
  /** As the run sees it. */
  url: string;
}>;

export type HostPort = Reasoned<{
  /** Inside, at 127.0.0.1. */
  port: number;
  /** The name that means that loopback inside, where a program asks by one. */
  name?: string;
  /** On this machine: an address of its loopback, or `localhost` for whichever of the two answers. */
  host: string;
  hostPort: number;
}>;

export type EgressPlan = Reasoned<{
  /** Of the proxy inside, at 127.0.0.1. */
  port: number;
  /** Each with all below it, at the port or else at the usual ones. */
  hosts: readonly Reasoned<HostEntry>[];
}>;

/** Without `opener` pages are said, not opened: the reason says why, in words that fit behind them. */
export type BrowserPlan = Reasoned<{ opener?: 'open' | 'xdg-open' }>;

/** The truth stays where it is; the run works on copies of it in its own home (src/state). */
export type StatePlan = Reasoned<{
  /** Of whom the state is: the assistant, or the assistant at another endpoint (`claude@host`). */
  name: string;
  profile: string;
  /** The directory of the truth, shared by all projects. */
  truth: string;
  /** A directory with the login alone that running sessions share, because they agree among themselves who renews it. */
  exchange?: string;
  /** The run gets the login without what could renew it. */
  lend: boolean;
  /** The launcher renews the login while the run has it on loan. */
  renews: boolean;
  /** The run is there to make a login: it gets none, and the one that it makes is the one that counts. */
  signIn: boolean;
  /** Where directories of the host are inside, for paths that the assistant keeps. */
  paths: readonly PathPair[];
  /** Whose the run's copies are, as ids of the host. */
  owner: Owner;
  /** How many earlier versions of each file are kept. */
  backups: number;
  /** False where nothing can be written: the run's state is gone with it. */
  saved: boolean;
}>;

/** What of the user's settings for git goes into the run stands in `prepare.write`. */
export type GitPlan = Reasoned<{
  /** Commits or tags are signed by an ssh key, which needs an agent. */
  signsWithSsh: boolean;
  /** Names of settings that stay outside, subsections as `*`. */
  leftOut: readonly string[];
}>;

/** Where a directory of the host is seen inside. */
export interface PathPair {
  outside: string;
  inside: string;
}

export interface Limits {
  /** Bytes. Swap is part of them, unless it stays as it is for every program of the machine. `place` is where it was set. */
  memory?: Reasoned<{ bytes: number; swap?: 'unlimited'; place?: string }>;
  cpus?: Reasoned<{ count: number }>;
  /** Weight against other containers where there is not enough for all; 1024 is what each has that says nothing. */
  cpuShares?: Reasoned<{ count: number }>;
  pids: Reasoned<{ count: number }>;
  /** Seconds until the run is ended. */
  timeout?: Reasoned<{ seconds: number; place?: string }>;
}

export interface PublishedPort {
  hostAddress: string;
  /** Empty for one that the engine chooses. */
  hostPort: string;
  containerPort: number;
  protocol: 'tcp' | 'udp';
}

export interface Prepare {
  /** Directories and empty files on the host that have to exist, outermost first. */
  create: readonly Reasoned<{
    path: string;
    kind: 'file' | 'directory';
    mode: number;
    owner: Owner;
    /** The directory below which nothing on the way to `path` may be a symlink. It exists, or is created before. */
    below: string;
  }>[];
  /** In the user's repositories, for the time of a run: see src/plan/protect.ts. */
  placeholders?: readonly {
    path: string;
    kind: 'file' | 'directory';
    owner: Owner;
    /** Of a file. */
    text?: string;
    /** For a mount to lie on. */
    overlay?: true;
  }[];
  /** What of the project the container keeps for itself. */
  overlay?: Reasoned<{
    /** `projects/<id>/overlay/<worktree>`. */
    directory: string;
    volumes: readonly { name: string; target: string }[];
    /** Who gets volumes, which are root's when they are made; as ids inside. */
    owner: Owner;
  }>;
  /** Files of the run: the assistant's defaults, settings for git. */
  write: readonly { path: string; text: string; mode: number }[];
  /** Files of the user that the run will have made as root and that go to this owner at the end (`--root`). */
  giveBack?: Reasoned<{ paths: readonly string[]; owner: Owner }>;
}

export interface Owner {
  uid: number;
  gid: number;
}
