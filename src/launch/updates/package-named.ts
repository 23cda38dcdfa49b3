// The package of an assistant whose version can be chosen here.

import { AiError } from '../../base/errors.ts';
import type { Settings } from '../../settings/schema.ts';
import type { World } from '../world.ts';
import { targetsOf } from './targets.ts';
import type { PackageTarget } from './update-package.ts';

/** @throws AiError AI_UNKNOWN_NAME, AI_USAGE where its version is said elsewhere */
export function packageNamed(world: World, settings: Settings, name: string): PackageTarget {
  const [target] = targetsOf(world, settings, [name]);
  if (target?.kind === 'package' && target.program.version === undefined) return target;
  const what =
    target?.kind === 'package'
      ? `the version of ${name} is set in your settings (assistants.${name}.npm)`
      : target?.kind === 'ready'
        ? `${name} is the ready image ${target.image}, whose version is in its name`
        : `${name} has no package of npm’s`;
  throw new AiError('AI_USAGE', { problem: what, next: `ai config edit` });
}
