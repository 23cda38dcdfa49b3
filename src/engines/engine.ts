// What the launcher needs of an engine to run one container, whichever engine it is.

import type { Duplex } from 'node:stream';
import type { RunPlan } from '../plan/run-plan.ts';

export interface Engine {
  /** For people: `unix:///var/run/docker.sock`. */
  readonly endpoint: string;

  /**
   * Creates the container of a plan.
   * @returns the container, or `image-missing` where the plan's image is not there
   * @throws AiError when the engine refuses
   */
  create(plan: RunPlan, files: RunFiles): Promise<Container | 'image-missing'>;

  /** The id of the image of that name; undefined where it is not there. */
  imageId(name: string): Promise<string | undefined>;

  /** Ends the container `name` politely, with so many seconds for it; quiet where there is none. */
  stop(name: string, seconds: number): Promise<void>;

  /** Resolves when the container `name` has ended by itself, or is gone. */
  ended(name: string): Promise<void>;

  /** Ends and removes the container `name`; quiet where there is none. */
  remove(name: string): Promise<void>;

  /**
   * Sources of what the containers of all runs have mounted, whoever's they are.
   * @param butOf the run whose own do not count
   * @throws AiError when the engine refuses, or takes too long
   */
  mountedByRuns(butOf: string | undefined): Promise<ReadonlySet<string>>;

  /**
   * The run that the volume of that name was made for, by its label: another one of the name has another. When it was made the engine
   * does not say: Docker's CreatedAt changes with what is in it.
   * @returns undefined where there is none
   * @throws AiError when the engine refuses
   */
  volumeMaker(name: string): Promise<string | undefined>;

  /** Closes every connection. */
  close(): void;
}

/** Files that were made for the run and that the container's configuration refers to. */
export interface RunFiles {
  /** Directory that is mounted at /run/ai. */
  inside: string;
}

export interface Container {
  readonly id: string;
  readonly name: string;
  /** The container's stdin and stdout/stderr. Attached before the start, so that nothing is lost. */
  attach(): Promise<Duplex>;
  /** Listens for the end before the start. Settles when the container has ended, or when the engine is lost. */
  watch(): Promise<Watch>;
  start(): Promise<void>;
  /**
   * Starts a program in the running container, as that user. What is written is its stdin; what is read are its stdout and
   * stderr, in the engine's frames. It ends with the container at the latest.
   * @throws AiError when the engine refuses
   */
  exec(argv: readonly string[], user: ContainerUser): Promise<Duplex>;
  signal(name: NodeJS.Signals): Promise<void>;
  resize(rows: number, columns: number): Promise<void>;
  /** True if the main process is stopped, as Ctrl-Z does it; false where that is not to be known. */
  isStopped(): Promise<boolean>;
  /** What the engine says; false also where it is gone, or the engine. */
  isRunning(): Promise<boolean>;
  /** Settles when the engine has removed the container. */
  removed(): Promise<void>;
  /** Ends and removes the container; quiet where it is gone. */
  remove(): Promise<void>;
}

export interface ContainerUser {
  uid: number;
  gid: number;
}

export interface Watch {
  readonly end: Promise<ContainerEnd>;
}

export type ContainerEnd =
  | { kind: 'exited'; code: number; outOfMemory: boolean }
  /** The engine went away before it told the end. */
  | { kind: 'lost' };
