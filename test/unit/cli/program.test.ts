// One command line to its exit code, where no engine is needed to know it.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../../src/cli/program.ts';
import { hear, type Heard } from '../../support/heard.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
let heard: Heard;

beforeEach(() => {
  state = temporaryDirectory();
  vi.stubEnv('DOCKER_AI_CONFIG_HOME', state);
  heard = hear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const run = (...argv: string[]): Promise<number> => runCommandLine(argv, process.cwd());

describe('a wrong setting', () => {
  it('given as an option is wrong usage', async () => {
    expect(await run('--timeout', 'abc', '--pids', 'many', 'exec', 'true')).toBe(2);
    expect(heard.stderr).toContain('--timeout must be a duration like 90s, 10m or 2h, not “abc”\n');
  });

  it('in the environment is a failure', async () => {
    vi.stubEnv('AI_IMAGE_BASE', 'Bad Name');
    expect(await run('--pids', 'many', 'exec', 'true')).toBe(125);
    expect(heard.stderr).toContain('AI_IMAGE_BASE must be the name of an image');
    expect(heard.stderr).toContain('AI_SETTING_INVALID');
  });

  it('in the settings file is a failure', async () => {
    writeFileSync(path.join(state, 'config.yaml'), 'pids: many\n');
    expect(await run('exec', 'true')).toBe(125);
  });
});

it('a current directory that is gone is said to be gone', async () => {
  const packageRoot = process.cwd();
  vi.spyOn(process, 'cwd').mockImplementation(() => {
    throw Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), { code: 'ENOENT' });
  });
  expect(await runCommandLine(['exec', 'true'], packageRoot)).toBe(125);
  expect(heard.stderr).toMatch(/the current directory is gone[^]*AI_DIRECTORY_MISSING/);
});
