// The exit codes of `ai` itself, as `docker run`, `timeout` and shells use them. The assistant's own code passes through.

export const exitCodes = {
  ok: 0,
  /** `ai auth login` whose program ended without one. */
  noLogin: 1,
  /** `ai trust` that leaves something untrusted. */
  untrusted: 1,
  /** `ai secrets import` that left one as it was. */
  notAllTaken: 1,
  /** `ai doctor` that has found a failure; warnings are none. */
  unwell: 1,
  /** `ai commit` whose message, or push, the user did not want. */
  notWanted: 1,
  /** Wrong usage of the command line. */
  usage: 2,
  /** `--timeout` ended the run (coreutils' timeout). */
  timedOut: 124,
  /** `ai` itself failed: engine, image, settings, project (docker run). */
  failed: 125,
  /** The command cannot be executed, and there is none (POSIX shells). */
  notExecutable: 126,
  notFound: 127,
  /** Interrupted before the start. */
  interrupted: 130,
} as const;

/** What shells say for a process that died of a signal: 128 + its number. */
export const signalExitCode = (signal: number): number => 128 + signal;
