// Everything that starts on this machine itself: ai --native, and launches that find no engine.

import { showAsJson } from '../../base/quote.ts';
import { launchNative } from '../../launch/launch-native.ts';
import { runNativeReferences } from '../../launch/run-references.ts';
import { lookNative } from '../../launch/look-native.ts';
import type { World } from '../../launch/world.ts';
import type { Request } from '../../plan/facts.ts';
import { buildNativePlan, type NativePlan } from '../../plan/native-plan.ts';
import type { Settings } from '../../settings/schema.ts';
import type { CommandCall } from '../commands.ts';
import { secretsOfPlan } from '../../plan/known-secrets.ts';
import { checkNativeOptions } from '../native-options.ts';
import { coverValues } from './preview.ts';

export interface NativeStart {
  settings: Settings;
  request: Request;
  /** Why there is no container, where the user has not asked for that. */
  instead?: string;
}

/** @returns the exit code of the run. @throws AiError */
export async function startOnHost(
  { world, options }: CommandCall,
  { settings, request, instead }: NativeStart,
): Promise<number> {
  checkNativeOptions(options);
  const { directory, dryRun, json } = options.plain;
  const seen = lookNative(world, { request, settings, directory, instead });
  const facts = dryRun ? seen : await runNativeReferences(world, seen);
  const plan = buildNativePlan(facts);
  world.redactor.learn(secretsOfPlan(plan.environment.set));
  return dryRun ? preview(world, plan, json === true) : launchNative(world, facts, plan);
}

async function preview(
  { streams, emit, redactor }: World,
  plan: NativePlan,
  json: boolean,
): Promise<number> {
  const { printAsShellLine, nativePlanAsData } = await import('../../plan/native-print.ts');
  const covered: NativePlan = {
    ...plan,
    command: redactor.coverData(plan.command),
    environment: { ...plan.environment, set: coverValues(plan.environment.set, redactor) },
    notes: redactor.coverData(plan.notes),
  };
  if (json) {
    const data = redactor.coverTelling(nativePlanAsData(covered));
    streams.stdout.write(`${showAsJson(data, 2)}\n`);
    return 0;
  }
  const { line, leftOut } = printAsShellLine(covered);
  streams.stdout.write(`${redactor.coverTelling(line)}\n`);
  if (leftOut.length > 0) emit({ type: 'note', text: `# not in this line: ${leftOut.join('; ')}` });
  return 0;
}
