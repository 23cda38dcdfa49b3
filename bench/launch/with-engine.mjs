// Whole launches beside the same `docker run`, which is the line that `ai --dry-run` prints. Needs an engine.

import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { median } from '../shared.mjs';
import { interleaved } from './measure.mjs';

const terminal = fileURLToPath(new URL('terminal.py', import.meta.url));
const parallel = 50;

export async function measureWithEngine(installation, count) {
  const ai = (...words) => installation.ai('exec', '--', ...words);
  // Its image is made here, where it is not there yet.
  await installation.run(installation.ai('--yes', 'exec', '--', 'true'));
  const { run, compare } = { run: runner(installation), compare: comparer(count) };
  const plain = await compare({
    docker: async () => (await run(dockerRun(installation, 'true'))).time,
    ai: async () => (await run(ai('true'))).time,
  });
  const atTerminal = { docker: [], ai: [] };
  const say = ['echo', 'ready'];
  await interleaved(count, {
    docker: async () => atTerminal.docker.push(await atPty(dockerRun(installation, ...say), run)),
    ai: async () => atTerminal.ai.push(await atPty(ai(...say), run)),
  });
  const ofTerminal = (part) =>
    row(
      median(atTerminal.ai.map((times) => times[part])),
      median(atTerminal.docker.map((times) => times[part])),
    );
  return [
    { what: 'ai exec / docker run', target: 0.92, ...plain },
    { what: 'at a terminal, first output', target: 1.1, ...ofTerminal('first') },
    { what: 'at a terminal, from it to the end', target: 0.6, ...ofTerminal('end') },
    { what: `${parallel} at once`, target: 1.05, ...(await many(installation, ai)) },
  ];
}

const runner = (installation) => (command) => installation.run(command);

const comparer = (count) => async (things) => {
  const times = await interleaved(count, things);
  return row(median(times.ai), median(times.docker));
};

const row = (ms, other) => ({ ms, ratio: ms / other });

/** The line that the preview prints, with a name of its own. Words in it have no spaces here. */
function dockerRun(installation, ...words) {
  const [command, ...preview] = installation.ai('--dry-run', 'exec', '--', ...words);
  const line = execFileSync(command, preview, {
    ...{ cwd: installation.project, env: installation.environment, encoding: 'utf8' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return line.trim().split(' ');
}

async function atPty(command, run) {
  const { stdout } = await run(['python3', terminal, ...command]);
  const [first, end] = stdout.split(' ').map(Number);
  return { first, end };
}

async function many(installation, ai) {
  const times = {};
  const sides = {
    docker: Array.from({ length: parallel }, () => dockerRun(installation, 'true')),
    ai: Array.from({ length: parallel }, () => ai('true')),
  };
  for (const [name, commands] of Object.entries(sides)) {
    const start = performance.now();
    await Promise.all(commands.map((command) => installation.run(command)));
    times[name] = performance.now() - start;
  }
  return row(times.ai, times.docker);
}
