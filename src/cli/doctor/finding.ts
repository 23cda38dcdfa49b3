// What `ai doctor` has to say of one thing: how it is, and what helps where it is not well.

import type { AiError, ErrorCode } from '../../base/errors.ts';
import type { Mend } from '../../launch/doctor/mend.ts';
import { wordsOf } from '../words.ts';

/** `skipped` is what could not be looked at, or was not to be: the summary says why. */
export type FindingState = 'ok' | 'warning' | 'failure' | 'skipped';

export interface Finding {
  /** Stable, for scripts: `engine.reachable`, `logins.claude`. */
  id: string;
  state: FindingState;
  /** One line, without a full stop. */
  summary: string;
  detail?: readonly string[];
  /** The command that helps, with words about it after two spaces; where there is no command, what to do. */
  fix?: string;
  /** Of the error that a run would end with. */
  code?: ErrorCode;
  /** What `--fix` does about it. */
  mend?: Mend;
}

type More = Omit<Finding, 'id' | 'state' | 'summary' | 'fix'>;

export const ok = (id: string, summary: string, more: More = {}): Finding => ({
  ...{ id, state: 'ok', summary },
  ...more,
});

export const warning = (id: string, summary: string, fix: string, more: More = {}): Finding => ({
  ...{ id, state: 'warning', summary, fix },
  ...more,
});

export const failure = (id: string, summary: string, fix: string, more: More = {}): Finding => ({
  ...{ id, state: 'failure', summary, fix },
  ...more,
});

export const skipped = (id: string, summary: string): Finding => ({
  ...{ id, state: 'skipped', summary },
});

/** An expected failure as it is worded everywhere. */
export function fromError(
  id: string,
  error: AiError,
  state: 'warning' | 'failure' = 'failure',
): Finding {
  const { what, details, next } = wordsOf(error);
  return {
    ...{ id, state, summary: what, fix: next, code: error.code },
    ...(details !== undefined && { detail: details }),
  };
}

/** `1 run`, `3 runs`. */
export const count = (amount: number, one: string, several = `${one}s`): string =>
  `${amount} ${amount === 1 ? one : several}`;

/** The first few of a list, and how many more there are. */
export function listed(items: readonly string[], most = 3): string {
  const more = items.length - most;
  return `${items.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
