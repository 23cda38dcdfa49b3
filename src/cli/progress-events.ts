// Of what the floors below say, what tells of longer work.

import type { LauncherEvent } from '../base/events.ts';

export type WorkEvent = Extract<LauncherEvent, { type: `work-${string}` }>;
export type Step = Extract<WorkEvent, { type: 'work-step' }>;
