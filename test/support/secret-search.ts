// Looks for secrets in texts: for known ones in every form, and with secretlint for whatever looks like one.

import { createEngine } from '@secretlint/node';
import { formsOf } from '../../src/base/redact.ts';

/** Of these values those that stand in the text, in any form. */
export const foundIn = (text: string, values: readonly string[]): readonly string[] =>
  values.filter((value) => formsOf([value]).some((form) => text.includes(form)));

/** What secretlint finds: the ids of its rules. */
export async function lint(text: string): Promise<readonly string[]> {
  const { executeOnContent } = await createEngine({
    color: false,
    formatter: 'json',
    configFileJSON: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend' }] },
  });
  const { output } = await executeOnContent({ content: text, filePath: 'sink.txt' });
  const results = JSON.parse(output) as { messages: { ruleId: string }[] }[];
  return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
}
