// What `ai` itself takes of a start, with an engine that answers at once, as ratios to `node -e 0`.

import path from 'node:path';
import { FakeEngine } from './fake-engine.mjs';
import { interleaved, lowerQuartile, phasesOf } from './measure.mjs';

const nothing = [process.execPath, '-e', '0'];

/** @returns {Promise<{ rows: object[], phases: Record<string, number> }>} phases as ratios to `node -e 0`, too */
export async function measureOwnShare(installation, count) {
  const engine = new FakeEngine(path.join(installation.directory, 'engine.sock'));
  await engine.ready();
  const environment = { DOCKER_HOST: engine.host };
  const launch = () => installation.run(installation.ai('exec', '--', 'true'), environment);
  const timed = (command) => async () => (await installation.run(command, environment)).time;
  try {
    // The first makes what every run needs, the second keeps what has been compiled for it.
    for (let warmUp = 0; warmUp < 2; warmUp++) await launch();
    const times = await interleaved(count, {
      node: timed(nothing),
      version: timed(installation.ai('--version')),
      help: timed(installation.ai('--help')),
      create: async () => {
        const { start } = await launch();
        return engine.createdAt - start;
      },
      whole: async () => (await launch()).time,
    });
    const base = lowerQuartile(times.node);
    const row = (what, name, target) => {
      const ms = lowerQuartile(times[name]);
      return { what, ms, ratio: ms / base, target };
    };
    const rows = [
      row('ai --version / node -e 0', 'version', 1.2),
      row('ai --help / node -e 0', 'help', 1.4),
      row('ai exec, to the create request / node -e 0', 'create', 1.45),
      row('ai exec, our own share of all / node -e 0', 'whole', 1.9),
    ];
    return { rows, phases: await tracedPhases(installation, environment, base) };
  } finally {
    engine.close();
  }
}

async function tracedPhases(installation, environment, base) {
  const runs = [];
  for (let turn = 0; turn < 9; turn++) {
    const traced = { ...environment, AI_TRACE: '1' };
    const { stderr } = await installation.run(installation.ai('exec', '--', 'true'), traced);
    runs.push(phasesOf(stderr));
  }
  const phases = Object.keys(runs[0]);
  return Object.fromEntries(
    phases.map((phase) => [phase, lowerQuartile(runs.map((run) => run[phase] ?? 0)) / base]),
  );
}
