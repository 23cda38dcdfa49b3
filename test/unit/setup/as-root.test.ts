// Work in a process of root's, by a sudo that is faked: events come through, errors are the same, an interruption arrives.

import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LauncherEvent } from '../../../src/base/events.ts';
import { actAsRoot } from '../../../src/setup/as-root.ts';
import { proxiesOf, rootEnvironment } from '../../../src/setup/step-environment.ts';
import type { Work } from '../../../src/setup/work.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const work: Work = {
  ...{ missing: 'x', steps: [], asRoot: true, installs: [] },
  wait: { socket: '/s', seconds: 1 },
};

/** @param program what root's process does, as JavaScript that has `job` and `tell` */
async function run(
  program: string,
  { sudo = 'shift; exec "$@"', controller = new AbortController() } = {},
): Promise<{ version: string; events: LauncherEvent[] }> {
  const directory = temporaryDirectory();
  const file = path.join(directory, 'program.cjs');
  writeFileSync(path.join(directory, 'sudo'), `#!/bin/sh\n${sudo}\n`);
  chmodSync(path.join(directory, 'sudo'), 0o755);
  writeFileSync(
    file,
    `const tell = (answer) => console.log(JSON.stringify(answer));
     process.stdin.once('data', (text) => { const job = JSON.parse(text); ${program} });`,
  );
  vi.stubEnv('PATH', `${directory}:${process.env['PATH'] ?? ''}`);
  const events: LauncherEvent[] = [];
  const version = await actAsRoot(
    { work, proxies: { HTTP_PROXY: 'p' } },
    { program: file, terminal: false },
    {
      interrupt: controller.signal,
      environment: process.env,
      emit: (event) => {
        events.push(event);
        controller.abort();
      },
    },
  );
  return { version, events };
}

const end = 'process.stdin.destroy();';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('root’s process', () => {
  it('gets the job, and what it tells arrives', async () => {
    const note = '{ type: "note", text: job.proxies.HTTP_PROXY + job.work.wait.socket }';
    expect(
      await run(
        `console.log("Welcome!"); tell({ event: ${note} }); tell({ version: "1" }); ${end}`,
      ),
    ).toEqual({
      version: '1',
      events: [{ type: 'note', text: 'p/s' }],
    });
  });

  it('fails as it would here', async () => {
    const error = '{ code: "AI_SETUP_FAILED", facts: { step: "a", output: "b" } }';
    await expect(run(`tell({ error: ${error} }); ${end}`)).rejects.toMatchObject({
      code: 'AI_SETUP_FAILED',
      facts: { step: 'a', output: 'b' },
    });
  });

  it('has bugs that stay bugs', async () => {
    await expect(run(`tell({ bug: "x is undefined" }); ${end}`)).rejects.toThrow('x is undefined');
  });

  it('hears that the user has interrupted', async () => {
    const interrupted = '{ code: "AI_INTERRUPTED", facts: { before: "a" } }';
    await expect(
      run(
        `tell({ event: { type: "note", text: "" } }); process.stdin.on("end", () => tell({ error: ${interrupted} }));`,
      ),
    ).rejects.toMatchObject({ code: 'AI_INTERRUPTED' });
  });

  it('that sudo refuses is said in sudo’s words', async () => {
    await expect(
      run('', { sudo: 'echo "sudo: a password is required" >&2; exit 1' }),
    ).rejects.toMatchObject({
      code: 'AI_SETUP_FAILED',
      facts: { output: 'sudo: a password is required' },
    });
  });
});

it('root’s programs get proxies, and nothing secret', () => {
  const environment = { PATH: '/p', HOME: '/home/anna', https_proxy: 'h', ANTHROPIC_API_KEY: 'k' };
  expect(proxiesOf(environment)).toEqual({ https_proxy: 'h' });
  const kept = rootEnvironment(environment);
  expect(Object.keys(kept).sort()).toEqual(['HOME', 'LC_ALL', 'PATH', 'https_proxy']);
  expect(kept).toMatchObject({ PATH: '/p:/usr/sbin:/sbin', LC_ALL: 'C.UTF-8' });
});
