// Several pieces of work, one after the other, of which one may fail without the others: what went wrong is told when all are over.

import { isDeepStrictEqual } from 'node:util';
import { AiError, isAiError } from '../base/errors.ts';

export class CollectedErrors {
  private readonly all: AiError[] = [];

  constructor(private readonly interrupt: AbortSignal) {}

  /** What is the matter with several of them (no engine) is told once. */
  add(...errors: readonly AiError[]): void {
    for (const error of errors)
      if (!this.all.some((other) => isSame(other, error))) this.all.push(error);
  }

  /** @returns `none` where it failed, and where the user has interrupted before it */
  async attempt<T>(work: () => Promise<T>, none: T): Promise<T> {
    if (this.interrupt.aborted) return none;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AiError)) throw error;
      this.add(error as AiError);
      return none;
    }
  }

  /** The last one is what the command ends with: the user’s own wish, where that was among them. */
  get inOrder(): readonly AiError[] {
    return this.all.toSorted((one, other) => rank(one) - rank(other));
  }
}

const isSame = (one: AiError, other: AiError): boolean =>
  one.code === other.code && isDeepStrictEqual(one.facts, other.facts);

const rank = (error: AiError): number => Number(isAiError(error, 'AI_INTERRUPTED'));
