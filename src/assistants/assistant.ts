// What `ai` has to know of an assistant, as data. A new assistant is one more file of this shape and a line in the registry.

export interface Assistant {
  /** The name that users type, and the folder of its state. */
  readonly name: string;
  /** As its makers write it. */
  readonly title: string;
  /** What the image installs; the exact version is in pins.ts. */
  readonly npmPackage: string;
  /** The executable's name on the image's PATH. */
  readonly command: string;
  /** How the launcher's gestures are said in this assistant's own arguments. */
  readonly gestures: Gestures;
  /** Environment of every run: quiet, no self-update, no telemetry. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables of the host that reach this assistant and no other; secrets are those that hold a credential. */
  readonly hostVariables: readonly { readonly name: string; readonly secret: boolean }[];
  readonly state: AssistantState;
}

export interface Gestures {
  /** One headless turn whose answer is printed. */
  readonly prompt: (text: string) => readonly string[];
  /** A session at the terminal that begins with this prompt. */
  readonly initialPrompt: (text: string) => readonly string[];
  readonly yolo: readonly string[];
  readonly continue: readonly string[];
  readonly model: (name: string) => readonly string[];
  /** Added to a headless turn when the answer is wanted as JSON. */
  readonly json: readonly string[];
}

export interface AssistantState {
  /** Where the state directory is mounted inside, relative to the home. */
  readonly directory: string;
  /** The variable that tells the assistant so, where it has one. */
  readonly variable?: string;
  /** The part of it that belongs to one project: conversations. Relative to `directory`. */
  readonly conversations: string;
  /** What keeps it from asking first-run questions in a run. */
  readonly seeds: (run: SeedContext) => Seeds;
}

export interface SeedContext {
  /** Where the project's root is mounted inside. */
  readonly project: string;
  readonly variables: ReadonlyMap<string, string>;
}

/** JSON files of the state directory with the values that each must hold at least; the user's own values win. */
export type Seeds = Readonly<Record<string, JsonObject>>;

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
