// What an assistant's logins in a truth are good for: until when, and whether they renew themselves. Never a secret.

import type { AssistantState, Credential } from '../assistants/assistant.ts';
import { path } from '../base/path.ts';
import { readRegularFile } from '../host/files.ts';
import { loginsIn, readDocument, ruleOf } from './documents.ts';

/** Empty where there is none, or none that can be understood. */
export const readValidity = (truth: string, state: AssistantState): readonly Credential[] =>
  state.credentials.flatMap(({ file }) => {
    const rule = ruleOf(state, file);
    return loginsIn(rule, readDocument(rule, readRegularFile(path.join(truth, file))));
  });

/** Milliseconds since 1970 at which the first of them ends; undefined where none says. */
export function earliestEnd(logins: readonly Credential[]): number | undefined {
  const ends = logins.flatMap(({ until }) => until ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends);
}
