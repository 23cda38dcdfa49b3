// How an assistant is sent to a provider of models of the user's own choice.

export type Variables = Readonly<Record<string, string>>;

export interface ProviderWay {
  /** The APIs that it speaks, the best first. */
  readonly apis: readonly ModelRoute['api'][];
  /** With these it goes there, and nowhere else, without a question at its first start. */
  readonly variables: (route: ModelRoute) => Variables;
  /** Variables that would win over these, or give it a vendor's key: names, `*` for any signs. It gets none of them. */
  readonly diverting?: readonly string[];
  /** The model in its own words. */
  readonly model?: (route: ModelRoute) => string;
}

/** The way to a model of a provider. */
export interface ModelRoute {
  /** `ollama` */
  readonly provider: string;
  readonly model: string;
  readonly api: 'openai' | 'anthropic';
  /** The base address as the run sees it, as clients of that API take it: of OpenAI's with `/v1`, of Anthropic's without. */
  readonly url: string;
  /** The key, or a word where none is wanted: most programs insist on one. */
  readonly key: string;
}
