// --dry-run: the run as a docker line, or as data. No secret is in either.

import type { Redactor } from '../../base/redact.ts';
import { showAsJson } from '../../base/quote.ts';
import type { World } from '../../launch/world.ts';
import { planAsData, printAsDockerRun } from '../../plan/print.ts';
import type { RunPlan, Variable } from '../../plan/run-plan.ts';

/** Says what the line is without. @returns the exit code */
export function preview(world: World, plan: RunPlan, json: boolean): number {
  const { redactor } = world;
  if (json) {
    const data = redactor.coverTelling(planAsData(withoutSecrets(plan, redactor)));
    world.streams.stdout.write(`${showAsJson(data, 2)}\n`);
    return 0;
  }
  const { line, leftOut } = printAsDockerRun(withoutSecrets(plan, redactor));
  world.streams.stdout.write(`${redactor.coverTelling(line)}\n`);
  world.emit({ type: 'note', text: `# not in this line: ${leftOut.join('; ')}` });
  return 0;
}

/** What holds words of the user's, before it is quoted, and what a secret may be part of. All else is names and paths. */
const withoutSecrets = (plan: RunPlan, redactor: Redactor): RunPlan => ({
  ...plan,
  command: redactor.coverData(plan.command),
  environment: coverValues(plan.environment, redactor),
  notes: redactor.coverData(plan.notes),
});

/** Names stay, and where values come from; those of secrets are known where they are not to be seen. */
export const coverValues = (
  environment: readonly Variable[],
  { cover }: Redactor,
): readonly Variable[] =>
  environment.map((variable) =>
    variable.secret ? variable : { ...variable, value: cover(variable.value) },
  );
