// The list that the build makes its chunks from. That it is a good one shows in what a start loads (start-up.test.ts).

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { workingTree } from '../../support/installation.ts';

it('names modules that are there, each once', () => {
  const file = path.join(workingTree, 'bin/start-order.json');
  const order = JSON.parse(readFileSync(file, 'utf8')) as { after: string[]; seldom: string[] };
  const names = [...order.after, ...order.seldom];
  expect(names.filter((name) => !existsSync(path.join(workingTree, `${name}.ts`)))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});
