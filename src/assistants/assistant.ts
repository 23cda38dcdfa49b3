// What `ai` has to know of an assistant, as data. A new assistant is one more file of this shape and a line in the registry.

import type { JsonObject, JsonValue } from '../base/json.ts';
import type { ModelRoute, ProviderWay, Variables } from './provider-way.ts';

export type { Variables } from './provider-way.ts';

export interface Assistant {
  /** The name that users type, and the folder of its state. */
  readonly name: string;
  /** As its makers write it. */
  readonly title: string;
  readonly package: AssistantPackage;
  /** A ready image that holds the program, used as it is instead of one of ours. */
  readonly image?: string;
  /** The launcher's gestures in this assistant's own words, after the command; the user's own arguments stand after them, or before `--`. */
  readonly commandLine: (gesture: Gesture) => readonly string[];
  readonly environment: {
    /** Makes it what it is (an endpoint, models), on the host too, whatever the host's environment says. */
    readonly always?: Variables;
    /** No self-update, no telemetry, no daemon: everywhere but for an installation of the user's own. */
    readonly quiet: Variables;
    /** Only in a container, which is its sandbox. */
    readonly inside?: Variables;
    /** Also only there: what follows from the variables that the user gives. */
    readonly chosen?: (given: ReadonlyMap<string, string>) => Variables;
    /** What the user's definition of it says, everywhere. */
    readonly defined?: Variables;
  };
  /** Variables of the host that reach this assistant and no other. */
  readonly hostVariables: readonly HostVariable[];
  /** Variables with which it starts without a login, as far as its first call; absent where any key will do. */
  readonly trial?: Variables;
  /** Variables that never reach it, not even by the setting `env`: logins at somebody else. */
  readonly withheld?: readonly string[];
  /** Hosts that it cannot do without, each with all below it; `host:port` for another port. */
  readonly domains?: readonly string[];
  /** The user's variables that say where its model is, beside those of `endpoint`: it cannot do without these hosts either. */
  readonly addresses?: readonly string[];
  /** How it is sent to another vendor's endpoint: then it gets a state of its own, without this vendor's login. */
  readonly endpoint?: {
    /** The variables that name one. */
    readonly variables: readonly string[];
    /** The addresses in the value of such a variable, where it is not an address itself. */
    readonly addressesIn?: (value: string) => readonly string[];
    /** Settings in a project, as JSON with an object `env`, that may set them as well. */
    readonly projectSettings?: readonly string[];
    /** Hosts of the vendor itself. */
    readonly own: readonly string[];
    /** Variables that hold a login at the vendor, which no other endpoint gets to see. */
    readonly logins: readonly string[];
  };
  /** How it is sent to a provider of the user's, as to a model on this machine; absent where it speaks no such API. */
  readonly providers?: ProviderWay;
  readonly state: AssistantState;
  /** Its own way to log in, in a container made for that; absent where a key is all there is. */
  readonly signIn?: SignIn;
}

export interface SignIn {
  readonly command: readonly string[];
  readonly variables?: Variables;
  /** The port that the vendor's page calls back; `relayed` where the program listens on the container's loopback only. */
  readonly callback?: { readonly port: number; readonly relayed: boolean };
  /** What the user has to do in it, in the end. */
  readonly hint?: string;
}

/** The program. Several assistants may be one program. */
export interface AssistantPackage {
  /** Names the image and the directory of an installation on the host. */
  readonly name: string;
  /** As npm has it; absent where only a ready image has it, or the user's PATH. */
  readonly npm?: string;
  /** The exact version, where that is not the one in pins.ts. */
  readonly version?: string;
  readonly command: string;
  /** Words of its command line before all others: `-m aider`. */
  readonly before?: readonly string[];
  /** Packages of Debian beside it, in an image of ours. */
  readonly debian?: readonly string[];
  /** The user defines it, so nobody knows whether it can tell its version. */
  readonly own?: true;
  /** The oldest major version of Node that it runs on; absent where it needs none. */
  readonly node?: number;
  /** A command for `sh` at the end of its installation into /opt/ai/assistant, where what it makes there lasts. */
  readonly prepare?: string;
  /** Beginnings of the names of variables that steer it: where it must not use the host's login, none of them gets through. */
  readonly variables?: readonly string[];
}

export type NpmPackage = AssistantPackage & { readonly npm: string };

export const isFromNpm = (program: AssistantPackage): program is NpmPackage =>
  program.npm !== undefined;

/** What the user asked for. */
export interface Gesture {
  readonly prompt?: {
    readonly text: string;
    /** One turn whose answer is printed. */ readonly headless: boolean;
  };
  readonly continue: boolean;
  readonly yolo: boolean;
  readonly model?: string;
  /** The way to it, where it is a provider's. */
  readonly route?: ModelRoute;
  /** The answer of a headless turn as JSON. */
  readonly json: boolean;
  /** True in a container, false on the host itself. */
  readonly contained: boolean;
}

export interface HostVariable {
  readonly name: string;
  /** It holds a credential. */
  readonly secret: boolean;
  /** The name that the assistant knows it by, where that is another one. */
  readonly as?: string;
  /** It says nothing of a vendor, so it counts with a model of a provider, too. */
  readonly anywhere?: true;
  /** Where its value may stand instead: a file below `global_state/secrets`. */
  readonly file?: string;
  /** Without it the assistant is of no use; says whose key it is, and the page where one is to be had. */
  readonly required?: { readonly vendor: string; readonly page: string };
}

export interface AssistantState {
  /** Where its state lies, relative to the home; `part` is the place below `global_state/<name>`. The first gets the seeds. */
  readonly directories: readonly [StateDirectory, ...StateDirectory[]];
  /** Files with logins: what a session changes in them reaches the others at once, and a login in them is never lost. */
  readonly credentials: readonly CredentialFile[];
  /** Where the project's path stands in files that are kept. */
  readonly paths?: readonly PathPlace[];
  /** Where running sessions agree among themselves on who renews the login: a directory that they share, by this variable. */
  readonly exchange?: {
    readonly variable: string;
    /** The one credential file that lies there instead of in the state. */
    readonly file: string;
    /** Locks that a session which was killed leaves there, and that would keep the others waiting. */
    readonly locks: Locks;
  };
  /** What belongs to one project only: conversations; `part` is the place below `projects/<id>/<name>`. */
  readonly conversations: readonly StatePlace[];
  /** How conversations are kept apart by the directory that they were held in; `-c` goes on with those of the same one. */
  readonly conversationIndex?: {
    /** Of `conversations`: in it a directory with transcripts (`*.jsonl`) for every working directory. */
    readonly part: string;
    readonly keyOf: (workingDirectory: string) => string;
  };
  /** Symbolic links, where a file of the conversations has its place outside them: name below the home -> target. */
  readonly links?: Readonly<Record<string, string>>;
  /**
   * How the launcher renews its login, in a container made for that, for an assistant whose sessions would spend the login on
   * each other: they get it on loan.
   */
  readonly renewal?: {
    /** The credential file that it is about. */
    readonly file: string;
    /** Takes requests on stdin, a line of JSON each, and answers on stdout. The last one is answered when the login is saved. */
    readonly command: readonly string[];
    readonly requests: readonly JsonObject[];
  };
  /** Variables that say so to the assistant, for the home that its state lies in: `/home/ai`, or another one on the host. */
  readonly variables: (home: string) => Variables;
  /** Those that there are only on the host beside them: its directory is made before it starts. */
  readonly hostVariables?: (home: string) => Variables;
  /** JSON files of the first directory with the values that each must hold at least; the user's own values win. */
  readonly seeds?: (run: RunContext) => Seeds;
  /** Files that the assistant reads as defaults below the user's own settings: absolute path inside -> text. */
  readonly defaults?: (run: RunContext) => Readonly<Record<string, string>>;
  /** The login that its files hold; `read` gives the text of one below the state, undefined if it is not there. */
  readonly login: (read: (file: string) => string | undefined) => Login | undefined;
}

export interface StateDirectory extends StatePlace {
  /**
   * What goes into a run and comes out again, beside the credentials: names, names with `*`, and directories with all that
   * is in them (`agents/`, and `/` for the whole). Everything else is of one run. JSON is merged value by value, other files are taken whole.
   */
  readonly kept: readonly string[];
}

export interface CredentialFile {
  /** Below the state, with the part: `.credentials.json`, `data/auth.json`. */
  readonly file: string;
  /** The places in its JSON that are a login each, `*` for any key; `[[]]` for all of it. Around them are settings. */
  readonly logins: readonly (readonly string[])[];
  /** What such a place holds; undefined for what is blank, logged out, or nothing that can be understood. */
  readonly read: (value: JsonValue) => Credential | undefined;
  /** The same without what renews it, so that a run cannot spend that. */
  readonly lend: (value: JsonValue) => JsonValue;
  /** It is no JSON: the text as a whole is the value. */
  readonly opaque?: true;
  /** Nobody knows what in it renews it: it is given whole, or not at all. */
  readonly whole?: true;
}

/** As much of a login as is needed to tell which of two is to be kept. */
export interface Credential {
  /** Whose it is, where that can be told. */
  readonly account?: string;
  /** Milliseconds since 1970. Of two of one account the one that was made, or ends, later is the newer one. */
  readonly made?: number;
  readonly until?: number;
  /** Tells one that renews by the same token; a hash, not the token. */
  readonly renewedBy?: string;
  /** It holds what gets a new one when it ends; a key, which has no end, counts as well. */
  readonly renewable: boolean;
}

export interface Locks {
  readonly names: readonly string[];
  /** Who holds them, as JSON: `pidDomain` is the number of the process's pid namespace. */
  readonly owner: string;
}

export interface PathPlace {
  readonly file: string;
  /** The way to an object whose keys are paths, or to a list of paths, `*` for any key; `toml` for tables `[name."path"]`. */
  readonly at: readonly string[] | { readonly toml: string };
}

export interface StatePlace {
  /** Empty for the whole. */
  readonly part: string;
  readonly inside: string;
}

export interface RunContext {
  /** Where the project's root is mounted inside; undefined on the host, where trust stays a question to the user. */
  readonly project: string | undefined;
  readonly variables: ReadonlyMap<string, string>;
  /** Where its model is, if at a provider's; seeds are not told. */
  readonly route?: ModelRoute;
  /** What its state holds; `defaults` may depend on it, seeds are not told. */
  readonly login?: Login;
}

export interface Login {
  /** An account of the vendor, or a key that was typed in. */
  readonly kind: 'account' | 'key';
  /** Who it is, where the files tell. */
  readonly who?: string;
  /** When it ends, in milliseconds since 1970, where it cannot renew itself. */
  readonly until?: number;
}

export type Seeds = Readonly<Record<string, JsonObject>>;
