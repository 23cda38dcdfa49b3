// What the page of an error code holds. The pages are tables by area beside this file, put together in pages.ts.

import type { ErrorCode, ErrorFacts } from '../../base/errors.ts';

/** Codes that the first process of a container says, not the launcher (templates/inside/start). */
export type InsideCode = 'AI_MOUNT_CHANGED';

export type PageCode = ErrorCode | InsideCode;

/** A command with what it does, or a sentence where no command helps. */
export type Remedy = readonly [command: string, effect: string] | string;

/** Texts have code between backticks, which a terminal does not show; sentences end as sentences do. */
export interface ErrorPage<C extends PageCode = PageCode> {
  /** For lists: a few words without a full stop. */
  readonly summary: string;
  /** What it means, in one to three sentences. */
  readonly means: string;
  /** What usually is behind it, each without a full stop. */
  readonly causes: readonly string[];
  readonly remedies: readonly Remedy[];
  /** Facts that are typical, of which the message is made; of what comes from inside, that message. */
  readonly example: C extends ErrorCode ? ErrorFacts[C] : string;
}

export type ErrorPages = { readonly [C in PageCode]: ErrorPage<C> };
