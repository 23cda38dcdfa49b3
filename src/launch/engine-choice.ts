// What the choice of an engine depends on: settings and where they were set, the environment, the user.

import type { EngineChoice } from '../engines/docker/find.ts';
import type { Settings } from '../settings/schema.ts';
import type { World } from './world.ts';

export function choiceOf({ environment, home, uid }: World, settings: Settings): EngineChoice {
  const { host, context, places } = settings;
  return { host, context, places, environment, home, uid };
}
