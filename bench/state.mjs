// What it costs that logins and settings are carried into a run and out of it: `node bench/state.mjs [directory] [--in-process]`.
// Start and end together, in milliseconds: medians of nine, beside those of a run with no state at all. With an engine and the
// image there, whole runs as well (`ai exec -- true`).

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { median, table } from './shared.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [count, megabyte] = [9, 1024 ** 2];
const parent = mkdtempSync(
  path.join(process.argv.slice(2).find((word) => !word.startsWith('-')) ?? '/var/tmp', 'ai-bench-'),
);
process.on('exit', () => rmSync(parent, { recursive: true, force: true }));

const files = (number, bytes) => (state) => {
  for (let index = 0; index < number; index++) {
    const directory = path.join(state, `global_state/claude/plugins/p${index % 20}`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(directory, `${index}.js`), Buffer.alloc(bytes, `// ${index}\n`), {
      mode: 0o600,
    });
  }
};
/** Conversations of the project: they are mounted, not carried. */
const history = (state, project) => {
  const directory = path.join(state, 'projects', project, 'claude/projects/-workspace-app');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = openSync(path.join(directory, 'conversation.jsonl'), 'w', 0o600);
  const line = Buffer.alloc(megabyte, '{"type":"user","message":"hello"}\n');
  for (let written = 0; written < 1024; written++) writeSync(file, line);
  closeSync(file);
};
const usual = (state) => {
  const directory = path.join(state, 'global_state/claude');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const end = Date.now() + 3_600_000;
  const login = { claudeAiOauth: { accessToken: 'a', refreshToken: 'r', expiresAt: end } };
  writeFileSync(path.join(directory, '.credentials.json'), JSON.stringify(login), { mode: 0o600 });
  writeFileSync(path.join(directory, 'settings.json'), '{"theme":"dark"}', { mode: 0o600 });
};

const cases = [
  ['empty state', () => undefined],
  ['a login and settings', usual],
  ['50 MB: 200 files of 250 kB', files(200, 250_000)],
  ['50 MB: 2000 files of 25 kB', files(2000, 25_000)],
  ['2000 files of 1 kB', files(2000, 1000)],
  ['1 GB of conversations', history],
  [
    '50 MB in 200 files, and 1 GB',
    (state, project) => {
      files(200, 250_000)(state);
      history(state, project);
    },
  ],
];

/** Nothing changed, and everything a session changes: login, settings, one plugin. */
const sessions = {
  idle: () => undefined,
  busy: ({ inRun }, number) => {
    const end = Date.now() + 3_600_000 + number;
    const login = {
      claudeAiOauth: { accessToken: 'a', refreshToken: `r${number}`, expiresAt: end },
    };
    writeFileSync(inRun('.credentials.json'), JSON.stringify(login));
    writeFileSync(inRun('settings.json'), JSON.stringify({ theme: `t${number}` }));
    mkdirSync(inRun('plugins/p0'), { recursive: true });
    appendFileSync(inRun('plugins/p0/0.js'), 'x');
  },
};

async function main() {
  const { testRun } = await bundled();
  console.log('sync-in and sync-out in process, ms (median of 9)\n');
  table(['state', 'in', 'out', 'both', 'more', 'ratio', 'out, changed'], await inProcess(testRun));
  if (process.argv.includes('--in-process')) return;
  const whole = await wholeRuns();
  if (whole === undefined) return console.log('\nno engine, or no image: no whole runs');
  console.log('\n`ai exec -- true`, ms (median of 9)\n');
  table(['state', 'whole run', 'more', 'ratio'], whole);
}

async function bundled() {
  const program = path.join(parent, 'program.mjs');
  await build({
    stdin: {
      contents: `export { testRun } from './test/support/state-run.ts';`,
      resolveDir: root,
    },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  return import(pathToFileURL(program).href);
}

/**
 * In turn, so that a machine that gets slower meanwhile does so for all. Nothing is removed before the end: an ext4 without a
 * journal passes over the inodes of what was just removed, one by one, and makes thousands of new files ten times slower.
 */
async function inProcess(testRun) {
  const all = cases.map(([name, fill], index) => {
    const state = path.join(parent, `in-process${index}`);
    mkdirSync(state, { mode: 0o700 });
    fill(state, testRun(state, 'claude', { state: { runId: 'first' } }).plan.project.id);
    return { name, state, times: { in: [], out: [], both: [], changed: [] } };
  });
  for (let number = 0; number < count + 2; number++)
    for (const { state, times } of all)
      for (const [kind, session] of Object.entries(sessions)) {
        const run = testRun(state, 'claude', { state: { runId: `${kind}${number}` } });
        const start = performance.now();
        await run.syncIn();
        const between = performance.now();
        session(run, number);
        const again = performance.now();
        await run.syncOut();
        const end = performance.now();
        // The first two warm up.
        if (number < 2) continue;
        if (kind === 'busy') times.changed.push(end - again);
        else {
          times.in.push(between - start);
          times.out.push(end - again);
          times.both.push(between - start + end - again);
        }
      }
  const least = median(all[0].times.both);
  return all.map(({ name, times }) => {
    const both = median(times.both);
    return [
      name,
      ...[median(times.in), median(times.out), both, both - least].map(ms),
      (both / least).toFixed(1),
      ms(median(times.changed)),
    ];
  });
}

async function wholeRuns() {
  await createRequire(import.meta.url)(path.join(root, 'bin/build.js')).build();
  const project = path.join(parent, 'app');
  const first = path.join(parent, 'first');
  for (const directory of [project, first]) mkdirSync(directory);
  const ai = (home, args) =>
    execFileSync(process.execPath, [path.join(root, 'bin/ai.js'), ...args], {
      cwd: project,
      env: { ...process.env, HOME: home, DOCKER_AI_CONFIG_HOME: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
  try {
    ai(first, ['exec', '--', 'true']);
  } catch {
    return undefined;
  }
  const id = JSON.parse(ai(first, ['exec', '--dry-run', '--json', '--', 'true'])).project.id;
  // In turn, so that a machine that gets slower meanwhile does so for all.
  const homes = cases.map(([name, fill], index) => {
    const home = path.join(parent, `home${index}`);
    const state = path.join(home, '.docker-ai-config');
    mkdirSync(state, { recursive: true, mode: 0o700 });
    cpSync(path.join(first, '.docker-ai-config/images'), path.join(state, 'images'), {
      recursive: true,
    });
    fill(state, id);
    return { name, home, times: [] };
  });
  for (let number = 0; number < count + 1; number++)
    for (const { home, times } of homes) {
      const start = performance.now();
      ai(home, ['exec', '--', 'true']);
      if (number > 0) times.push(performance.now() - start);
    }
  const least = median(homes[0].times);
  return homes.map(({ name, times }) => [
    name,
    ms(median(times)),
    ms(median(times) - least),
    (median(times) / least).toFixed(2),
  ]);
}

const ms = (number) => number.toFixed(1);

await main();
