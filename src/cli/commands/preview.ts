// --dry-run: the run as a docker line, or as data. No secret is in either.

import type { World } from '../../launch/world.ts';
import { planAsData, printAsDockerRun } from '../../plan/print.ts';
import type { RunPlan } from '../../plan/run-plan.ts';

/** Says what the line is without. @returns the exit code */
export function preview(world: World, plan: RunPlan, json: boolean): number {
  const { redactor } = world;
  if (json) {
    const data = redactor.coverData(planAsData(plan));
    world.streams.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
    return 0;
  }
  // Words before they are quoted, and what a secret may be part of.
  const command = redactor.coverData(plan.command);
  const { line, leftOut } = printAsDockerRun({ ...plan, command });
  world.streams.stdout.write(`${redactor.cover(line)}\n`);
  world.emit({ type: 'note', text: `# not in this line: ${leftOut.join('; ')}` });
  return 0;
}
