// An assistant as the user's settings define one, or override parts of a built-in one: plain data.

/** The assistants that `ai` brings along. */
export const builtInNames = [
  'claude',
  'gemini',
  'codex',
  'glm',
  'opencode',
  'qwen',
  'copilot',
] as const;

export type BuiltInName = (typeof builtInNames)[number];

export const isBuiltIn = (word: string): word is BuiltInName =>
  builtInNames.some((name) => name === word);

/** By the names that users type. */
export type Definitions = Readonly<Record<string, AssistantDefinition>>;

export interface AssistantDefinition {
  /** As its makers write it; its name without one. */
  readonly title?: string;
  /** The package with its exact version: `@scope/name@1.2.3`. It goes into an image of ours. */
  readonly npm?: string;
  /** A ready image that holds the program, used as it is. */
  readonly image?: string;
  /** Packages of Debian that are installed beside the one of npm. */
  readonly packages?: readonly string[];
  /** How it is started; its name without one. */
  readonly command?: readonly string[];
  readonly flags?: FlagDefinitions;
  /** Directories below the home that are kept and that all projects share; see `stateOf`. */
  readonly state?: readonly string[];
  /** Directories below the home that are kept for each project. */
  readonly conversations?: readonly string[];
  /** Files in `state` that are a login each. */
  readonly credentials?: readonly string[];
  /** Variables with these values. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables of the host, or secrets, that hold keys: they reach this assistant only. */
  readonly keys?: readonly string[];
  /** Other variables of the host. */
  readonly variables?: readonly string[];
  readonly provider?: ProviderDefinition;
  /** Its own way to log in: a command. */
  readonly login?: readonly string[];
}

/** Where it keeps its state, as most programs do, if its definition does not say: nowhere if it is kept for each project. */
export const stateOf = (
  name: string,
  { state, conversations = [] }: Pick<AssistantDefinition, 'state' | 'conversations'>,
): readonly string[] => state ?? [`.${name}`].filter((place) => !conversations.includes(place));

/**
 * The launcher's gestures in the assistant's words, `{prompt}` and `{model}` where these go. An empty list is for what needs no words;
 * what has a place needs some.
 */
export interface FlagDefinitions {
  /** One turn whose answer is printed. */
  readonly prompt?: readonly string[];
  /** A session that begins with a prompt. */
  readonly interactive?: readonly string[];
  readonly continue?: readonly string[];
  readonly yolo?: readonly string[];
  readonly model?: readonly string[];
  readonly json?: readonly string[];
}

/** The variables that send it to a provider of models, by the API that it speaks there; `{url}`, `{key}` and `{model}` in them. */
export interface ProviderDefinition {
  readonly openai?: Readonly<Record<string, string>>;
  readonly anthropic?: Readonly<Record<string, string>>;
}

/** True if one of the variables says where the provider is. */
export const namesUrl = (template: Readonly<Record<string, string>>): boolean =>
  Object.values(template).some((text) => text.includes('{url}'));

/** As much of a definition as whoever saves the state of a run has to know. */
export type StateDefinition = Pick<
  AssistantDefinition,
  'title' | 'state' | 'conversations' | 'credentials'
>;
