// What the default isolation costs at the start: `node bench/start.mjs [options of ai…]`, as `node bench/start.mjs --secure`.
// A container as `ai` makes it (capabilities, limits, mounts, user) beside one of the same image with nothing of that; both
// run `true`, in turn. Milliseconds: medians of 21. Needs an engine and the image (`ai exec -- true` once).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { median } from './shared.mjs';

const [count, warmUp] = [21, 3];
const launcher = fileURLToPath(new URL('../bin/ai.js', import.meta.url));
const socketPath = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace(
  'unix://',
  '',
);

async function main() {
  const project = mkdtempSync('/var/tmp/ai-bench-');
  // A live session: what its container mounts is there as long as it goes on.
  const session = spawn(
    process.execPath,
    [launcher, 'exec', ...process.argv.slice(2), '--', 'sh', '-c', 'echo ready; exec sleep 3600'],
    { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const ended = once(session, 'exit').then(([code]) => {
      throw new Error(`ai ended with ${code}`);
    });
    await Promise.race([once(session.stdout, 'data'), ended]);
    ended.catch(() => undefined);
    const [running] = await engine('GET', `/containers/json?filters=${ofProject(project)}`);
    const { Image, Config, HostConfig } = await engine('GET', `/containers/${running.Id}/json`);
    const program = { Image, Entrypoint: ['true'], Cmd: [] };
    const isolation = { ...HostConfig, AutoRemove: false };
    const isolated = { ...Config, ...program, HostConfig: isolation, Labels: {} };
    await compare({ bare: program, isolated });
  } finally {
    session.kill();
    await once(session, 'exit');
    rmSync(project, { recursive: true, force: true });
  }
}

async function compare(bodies) {
  const times = Object.fromEntries(Object.keys(bodies).map((name) => [name, []]));
  for (let turn = 0; turn < count + warmUp; turn++)
    for (const [name, body] of Object.entries(bodies)) {
      const time = await run(body);
      if (turn >= warmUp) times[name].push(time);
    }
  const medians = Object.entries(times).map(([name, all]) => [name, median(all)]);
  for (const [name, time] of medians)
    console.log(`${name.padEnd(10)}${time.toFixed(0).padStart(6)} ms`);
  const [[, bare], [, isolated]] = medians;
  console.log(`ratio     ${(isolated / bare).toFixed(3).padStart(6)}`);
}

/** From `create` to the end of the program. */
async function run(body) {
  const start = performance.now();
  const { Id } = await engine('POST', '/containers/create', body);
  await engine('POST', `/containers/${Id}/start`);
  await engine('POST', `/containers/${Id}/wait`);
  const time = performance.now() - start;
  await engine('DELETE', `/containers/${Id}?v=1&force=1`);
  return time;
}

const ofProject = (project) =>
  encodeURIComponent(JSON.stringify({ volume: [path.resolve(project)] }));

async function engine(method, target, body) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const call = request({
    ...{ socketPath, method, path: target },
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
  }).end(text);
  const [answer] = await once(call, 'response');
  const said = (await answer.toArray()).join('');
  if (answer.statusCode >= 400) throw new Error(`${method} ${target}: ${said}`);
  return said === '' ? undefined : JSON.parse(said);
}

await main();
