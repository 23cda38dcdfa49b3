// Everything that starts on this machine itself: ai --native, and launches that find no engine.

import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { path } from '../../base/path.ts';
import { showAsJson } from '../../base/quote.ts';
import { launchNative } from '../../launch/launch-native.ts';
import { runNativeReferences } from '../../launch/run-references.ts';
import { lookNative } from '../../launch/look-native.ts';
import type { World } from '../../launch/world.ts';
import { isApart, settingsApart } from '../../plan/apart.ts';
import type { Request } from '../../plan/facts.ts';
import { buildNativePlan, type NativePlan } from '../../plan/native-plan.ts';
import type { StandardStreams } from '../../session/streams.ts';
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
  /** As for a run in a container. */
  streams?: StandardStreams | undefined;
  ready?: (() => void) | undefined;
  started?: (() => void) | undefined;
}

/** @returns the exit code of the run. @throws AiError */
export async function startOnHost(
  { world, options }: CommandCall,
  { settings: given, request, instead, ...run }: NativeStart,
): Promise<number> {
  checkNativeOptions(options);
  const { directory, dryRun, json } = options.plain;
  const apart = isApart(request) ? mkdtempSync(path.join(os.tmpdir(), 'ai-apart-')) : undefined;
  const settings = apart === undefined ? given : settingsApart(given);
  try {
    const seen = lookNative(world, { request, settings, directory, instead, apart });
    const facts = dryRun ? seen : await runNativeReferences(world, seen);
    const plan = buildNativePlan(facts);
    world.redactor.learn(secretsOfPlan(plan.environment.set));
    if (dryRun) return await preview(world, plan, json === true);
    run.ready?.();
    return await launchNative(world, facts, plan, run);
  } finally {
    if (apart !== undefined) rmSync(apart, { recursive: true, force: true });
  }
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
