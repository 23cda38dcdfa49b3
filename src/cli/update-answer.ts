// What `ai update --json` answers: every part with what became of it, and why it did not come about.

import type { AiError } from '../base/errors.ts';
import type { Judged } from '../launch/updates/ask-newest.ts';
import type { Pulled } from '../launch/updates/pull-ready.ts';
import type { Updated } from '../launch/updates/update-all.ts';
import type { MovedBase } from '../launch/updates/update-base.ts';

export interface UpdateResults {
  judged: readonly Judged[];
  updated: readonly Updated[];
  base: MovedBase | undefined;
  pulled: readonly Pulled[];
  /** All there were. */
  errors: readonly AiError[];
}

export const updateAnswer = ({ judged, updated, base, pulled, errors }: UpdateResults): object => ({
  assistants: judged.map((one) => {
    const done = updated.find(({ target }) => target.program === one.program);
    return { ...judgedAsData(one), ...outcomeOf(done) };
  }),
  ...(base && { base }),
  images: pulled.map((one) => ({
    ...{ assistant: one.assistant, image: one.image },
    ...('error' in one ? { changed: false, error: one.error.code } : { changed: one.changed }),
  })),
  errors: errors.map(({ code }) => code),
});

function outcomeOf(done: Updated | undefined): object {
  if (done === undefined) return { updated: false };
  if ('error' in done) return { updated: false, error: done.error.code };
  const { overtaken, trouble } = done;
  return {
    updated: overtaken === undefined,
    ...(overtaken && { overtaken: overtaken.version }),
    ...(trouble && { error: trouble.code }),
  };
}

/** What was found out about one. */
export const judgedAsData = ({ names, program, verdict }: Judged): object => ({
  ...{ package: program.npm, assistants: names },
  ...{ here: verdict.here, newest: verdict.newest, state: verdict.what },
});
