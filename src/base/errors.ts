// Expected failures as data: a stable code and the facts. The words for them are in src/cli/words.ts, nowhere else.

/** What each expected failure knows. The keys are the stable codes that users see, search for and script against. */
export interface ErrorFacts {
  AI_USAGE: { problem: string; next?: string };
  /** `assistants`: only one of these could be meant, as where a setting names it; `command` takes one, `ai -a` usually. */
  AI_UNKNOWN_NAME: {
    name: string;
    nearest: string | undefined;
    assistants?: readonly string[];
    command?: string;
  };
  AI_SETTING_INVALID: { problems: readonly SettingProblem[] };
  /** No path: it is the current directory that is gone. */
  AI_DIRECTORY_MISSING: { path: string | undefined };
  AI_PROJECT_UNREADABLE: { path: string; cause: string };
  AI_ROOT_REFUSED: { path: string; why: string };
  AI_MOUNT_INVALID: { text: string; why: string };
  AI_MOUNT_SOURCE_MISSING: { source: string };
  /** A directory that an engine's socket is in. */
  AI_MOUNT_SOCKET: { path: string; socket: string };
  /** A link, or something else, in the place of what the setting `protect` would make read-only. */
  AI_PROTECT_LINK: { path: string };
  /** The pattern that matches most of it, and how many places that are. */
  AI_MASK_TOO_MANY: { pattern: string; matches: number; most: number };
  /** `name` is hidden, and the run was to start there. */
  AI_MASK_DIRECTORY: { name: string; pattern: string };
  /** A key that the assistant cannot do without: the variable that may hold it, and the file. */
  AI_KEY_MISSING: {
    assistant: string;
    vendor: string;
    /** Where one gets it. */
    page?: string;
    variable: string;
    file?: string;
  };
  /** A `command:` of the user's that gave no value; never what it printed. `detail` is its exit code, its signal, or why not. */
  AI_SECRET_COMMAND: {
    name: string;
    command: string;
    failure: 'exit' | 'signal' | 'start' | 'time' | 'empty' | 'long' | 'text';
    detail?: string;
  };
  /** `elsewhere`: the options with which `ai secrets rm` finds it. */
  AI_SECRET_MISSING: { names: readonly string[]; where: string; elsewhere?: string };
  AI_ENDPOINT_MALFORMED: { assistant: string; variable: string };
  /** A run on the host, whose program is not there and was not to be installed. */
  /** No package: npm does not have it. */
  AI_ASSISTANT_MISSING: { assistant: string; title: string; package?: string };
  AI_INSTALL_FAILED: {
    package: string;
    /** What failed: Node or npm is not to be had here, npm itself, another version came, the program does not start. */
    step: 'nodeMissing' | 'npmMissing' | 'npm' | 'version' | 'start';
    output: string;
    /** The oldest major version of Node that would do. */
    node?: number;
  };
  AI_COMMAND_NOT_FOUND: { command: string };
  AI_COMMAND_NOT_EXECUTABLE: { command: string; cause: string };
  AI_TTY_MISSING: { command: string; instead: string };
  AI_ENGINE_MISSING: { tried: readonly string[] };
  /** `origin` is what names the engine: `--host`, `setting host (AI_HOST)`, `DOCKER_HOST`, `context far`; none for a known socket. */
  AI_ENGINE_UNREACHABLE: {
    endpoint: string;
    cause: string;
    origin?: string | undefined;
    tls?: TlsTrouble | undefined;
  };
  AI_ENGINE_PERMISSION: { socket: string; origin?: string | undefined };
  AI_ENGINE_CONTEXT: { context: string; cause: string; origin?: string | undefined };
  AI_ENGINE_API_OLD: { version: string; needed: string };
  AI_ENGINE_REMOTE: { endpoint: string; cause: string };
  /** `command` is what gets there by hand, `said` the last words of ssh. */
  AI_ENGINE_SSH: {
    endpoint: string;
    command: string;
    socket: string;
    trouble: SshTrouble;
    said: string;
  };
  /** `log` is the command that shows what the engine says itself, where there is one. */
  AI_ENGINE_REFUSED: { doing: string; status: number; message: string; log?: string | undefined };
  AI_ENGINE_LOST: { container: string };
  /** Nobody could be asked whether to set up an engine: what is missing, and the commands that bring it. */
  AI_SETUP_NEEDED: { missing: string; commands: readonly string[] };
  AI_SETUP_ROOT: { missing: string; commands: readonly string[] };
  AI_SETUP_UNSUPPORTED: { why: string; commands: readonly string[] };
  /** The user has named an engine; `origin` as above. */
  AI_SETUP_NAMED: { origin: string; name: string; forbidden: boolean };
  AI_SETUP_FAILED: { step: string; output: string; next?: string };
  /** The engine runs, and the user may use it from the next login on. */
  AI_SETUP_LOGIN: { user: string; group: string };
  AI_BASE_UNREACHABLE: { image: string; cause: string };
  AI_BASE_FAILED: { step: string; output: string; next?: string };
  /** What the package consists of could not be found out; `step`: there is no npm, its registry was not reached, npm says no. */
  AI_LOCK_FAILED: { package: string; step: 'npmMissing' | 'network' | 'npm'; output: string };
  /** npm's registry could not be asked for a package: there is no npm, no network, or no such package. */
  AI_REGISTRY_UNREACHABLE: { package: string; cause: string };
  /** `known`: some that there are, the newest first. `offline`: nobody could be asked for more. */
  AI_VERSION_UNKNOWN: {
    assistant: string;
    version: string;
    known: readonly string[];
    offline: boolean;
  };
  /** The new image was made and did not do; `here` is the version that stays. */
  AI_UPDATE_FAILED: {
    assistant: string;
    version: string;
    here: string;
    why: string;
    output: string;
    /** It was made on a newer one of that name; then the base of before stays. */
    base?: string;
  };
  /** There is no earlier version to go back to, or not the one named; `have` are those that there are. */
  AI_ROLLBACK_NONE: { assistant: string; version?: string; have: readonly string[] };
  AI_IMAGE_BUILD_FAILED: { step: string; output: string; network: boolean; kept: boolean };
  /** A ready image of the settings. */
  AI_IMAGE_MISSING: { image: string; assistant: string; cause: string };
  /** An image for another kind of processor than the engine has, which that cannot emulate; `setting` names another one. */
  AI_IMAGE_PLATFORM: { image: string; architecture: string; engine: string; setting: string };
  /** `source` is what a project has it built from. */
  AI_IMAGE_UNFIT: { image: string; assistant: string; why: string; source?: string };
  /** What a project's own image is to be built from cannot be used: a Dockerfile, its context, a devcontainer.json. */
  AI_IMAGE_SOURCE: { file: string; why: string; next: string };
  /** Nobody has agreed to these as they are now, and there is no image of before. */
  AI_IMAGE_UNTRUSTED: { names: readonly string[]; assistant: string };
  AI_RUN_NOT_FOUND: { name: string };
  AI_FILE_UNREADABLE: { path: string; cause: string };
  /** What a session has changed of logins and settings could not be saved; it stands in `stage` until that works. */
  AI_STATE_UNSAVED: { path: string; cause: string; stage: string };
  AI_BACKUP_DAMAGED: { path: string; cause: string };
  /** There is no backup of that time, or of that assistant. */
  AI_BACKUP_MISSING: { wanted: string; have: readonly string[] };
  AI_STATE_IN_USE: { path: string; run: string };
  AI_STATE_UNWRITABLE: { path: string; cause: string };
  /** What a run with --root has made in these directories of the host stays root's. `owner`: whose it should be, `1000:1000`. */
  AI_FILES_ROOTS: { paths: readonly string[]; owner: string; cause: string };
  /** `ai commit`: what git, or where it stands, does not allow. */
  AI_GIT: GitTrouble;
  /** What is staged holds secrets: where (`src/a.ts:12`), never what. Nothing was sent. */
  AI_COMMIT_SECRET: { places: readonly string[] };
  /** No message could be made of what came; `said` is the end of it. `code` is the assistant's exit code where it failed. */
  AI_COMMIT_ANSWER: { assistant: string; name: string; why: string; said: string; code?: number };
  /** `file` holds a commit message that was not used. */
  AI_INTERRUPTED: { before: string; file?: string };
}

/** `file` holds a message that was not used. */
export type GitTrouble =
  | { trouble: 'no-repository' | 'failed'; path: string; said: string }
  | { trouble: 'no-worktree' | 'unmerged'; path: string }
  | { trouble: 'under-way'; doing: string; next: string }
  /** `unpushed`: how many commits a push would bring; `where` is empty where it would bring nothing, and a new branch has none of its own. */
  | { trouble: 'nothing'; unpushed: number; where: string }
  | { trouble: 'nothing-staged'; paths: readonly string[] }
  | { trouble: 'no-push'; why: string; next: string }
  | { trouble: 'changed'; file: string }
  | { trouble: 'commit-refused'; path: string; file: string }
  | { trouble: 'push-refused'; where: string; next: string };

export type ErrorCode = keyof ErrorFacts;

/** Why ssh has not brought us to an engine. */
export type SshTrouble =
  | 'not-installed'
  | 'unknown-host'
  | 'key-unknown'
  | 'key-changed'
  | 'login-refused'
  | 'forward-refused'
  | 'no-engine'
  | 'engine-silent'
  | 'timeout'
  | 'other';

/** What may be wrong about TLS: none is used, none is spoken over there, or the certificates of this directory do not do. */
export type TlsTrouble =
  | { kind: 'unused' | 'unspoken' }
  | { kind: 'certificates'; directory: string; missing: readonly string[] };

/** One wrong setting: where it stands, what was found there, what would be right. */
export interface SettingProblem {
  /** The layer or file (with the line where known) that the value came from. */
  origin: string;
  key: string;
  problem: string;
  nearest?: string | undefined;
}

/** An expected failure. Everything else that is thrown is a bug and is shown with its stack. */
export class AiError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'AiError';

  constructor(
    readonly code: C,
    readonly facts: ErrorFacts[C],
    options?: { cause?: unknown },
  ) {
    super(code, options);
  }
}

/** True for an AiError of that code; narrows its facts. */
export function isAiError<C extends ErrorCode>(error: unknown, code: C): error is AiError<C> {
  return error instanceof AiError && error.code === code;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  // Of several attempts (all addresses of a name) node says nothing itself.
  if (error instanceof AggregateError && error.message === '')
    return [...new Set(error.errors.map(messageOf))].join(', ');
  return error instanceof Error ? error.message : String(error);
}

/** The system's code of a failed call (`ENOENT`, `EACCES`, …), or undefined where there is none. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
