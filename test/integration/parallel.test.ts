// Many runs at once, of one user and one project: none takes anything from another.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { runAi } from '../support/ai.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

it('25 runs that start together all do their own work and leave nothing', async () => {
  const home = temporaryDirectory();
  const cwd = temporaryDirectory();
  // None is first: the state directory does not exist yet.
  const results = await Promise.all(
    Array.from({ length: 25 }, (_, number) => {
      const script = `cat > file-${number}; echo "out ${number} $HOME"; echo "err ${number}" >&2; exit ${number}`;
      const args = ['--yes', '-q', 'exec', '--', 'sh', '-c', script];
      return runAi(args, { home, cwd, input: `in ${number}` });
    }),
  );
  expect(results).toEqual(
    results.map((_, number) => ({
      code: number,
      signal: null,
      stdout: `out ${number} /home/ai\n`,
      stderr: `err ${number}\n`,
    })),
  );
  for (const number of results.keys())
    expect(readFileSync(path.join(cwd, `file-${number}`), 'utf8')).toBe(`in ${number}`);
  await expectNothingLeft(home);
  expect(existsSync(path.join(home, '.docker-ai-config/images/build.lock'))).toBe(false);
});
