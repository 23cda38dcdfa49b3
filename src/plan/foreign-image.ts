// What ours have in them and a ready image of somebody else's has not: mounted into it, as files of the run. Pure.

import { path } from '../base/path.ts';
import type { Facts } from './facts.ts';
import { relayProgram, startCommand } from './inside.ts';
import type { Mount } from './run-plan.ts';
import { runPaths } from './state-mounts.ts';

export function planForeignImage(
  { image, state }: Pick<Facts, 'image' | 'state'>,
  { relay }: { relay: boolean },
): readonly { mount: Mount; text: string }[] {
  const { foreign } = image;
  if (foreign === undefined) return [];
  const { directory } = runPaths({ directory: state.writable, runId: state.runId });
  const file = (name: string, target: string, text: string): { mount: Mount; text: string } => ({
    mount: {
      role: 'run',
      source: path.join(directory, name),
      target,
      kind: 'file',
      readOnly: true,
      reason: 'of ai itself, which this image has not',
    },
    text,
  });
  return [
    file('start', startCommand, foreign.start),
    ...(relay ? [file('relay', relayProgram, foreign.relay)] : []),
  ];
}
