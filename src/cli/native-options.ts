// Options that mean nothing without a container. A promise of isolation that is not kept must not pass silently.

import { AiError } from '../base/errors.ts';
import type { SettingKey } from '../settings/schema.ts';
import { flagOf, type ParsedOptions } from './options.ts';

/** Settings that a run on the host keeps too; all others are about the container, those to come included. */
const kept: readonly SettingKey[] = [
  'assistant',
  'model',
  'providers',
  'yolo',
  'profile',
  'native',
  'fallback',
  'env',
  'envFiles',
  'timeout',
  'terminal',
  'plain',
];

/** The options of a command line that only a container keeps, as they were given. */
export function containerOptions({ settings, plain }: ParsedOptions): readonly string[] {
  const flags = settings.values
    .filter(({ key }) => !kept.some((name) => name === key))
    .map(({ place }) => place);
  return [...new Set([...flags, ...(plain.waitRemoved ? [flagOf('waitRemoved')] : [])])];
}

/** @throws AiError AI_USAGE */
export function checkNativeOptions(options: ParsedOptions): void {
  const given = containerOptions(options);
  if (given.length === 0) return;
  const [one, ...more] = given;
  throw new AiError('AI_USAGE', {
    problem: `a run on the machine itself has no container, so no ${given.join(', ')}`,
    next: `leave out ${more.length === 0 ? (one ?? '') : 'these'}, or leave out --native`,
  });
}
