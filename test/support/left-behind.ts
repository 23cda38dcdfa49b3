// What a run has left where nothing may be left: containers in the engine, files of runs in the state directory.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { containersLeft } from './engine.ts';

/** The state directory of the user whose HOME it is. */
export const stateOf = (home: string): string => path.join(home, '.docker-ai-config');

/** Ids of the runs that have files there. */
export function runsIn(home: string): string[] {
  const directory = path.join(stateOf(home), 'runs');
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** Fails where a container of that home's runs, or anything in its `runs/`, is still there. */
export async function expectNothingLeft(home: string): Promise<void> {
  expect(await containersLeft(home)).toEqual([]);
  expect(runsIn(home)).toEqual([]);
}
