// Which modules a usual start uses before its request for a container, after it, and not at all: `npm run start-order` writes them
// to bin/start-order.json, and the build makes its chunks from that. In a build where each module is loaded when it is first used.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FakeEngine } from './launch/fake-engine.mjs';
import { Installation } from './launch/installation.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { bundleApart } = createRequire(import.meta.url)('../bin/build.js');
const file = (name) => fileURLToPath(new URL(`launch/${name}`, import.meta.url));

/** A command, and an assistant at a terminal; each in a plain directory and in a repository. */
const starts = (hook, installation) => {
  const [node, launcher] = installation.ai();
  const ai = [node, '--require', hook, launcher];
  return [
    [...ai, 'exec', '--', 'true'],
    ['python3', file('terminal.py'), ...ai, 'claude'],
  ];
};

async function main() {
  const installation = new Installation();
  const engine = new FakeEngine(path.join(installation.directory, 'engine.sock'));
  engine.program = (output, end) => output.write('ready', () => end());
  await engine.ready();
  try {
    const dist = path.join(installation.directory, 'package/dist');
    rmSync(dist, { recursive: true });
    const modules = await bundleApart(dist);
    nameEngine(installation.environment.HOME, engine.host);
    const uses = [];
    for (const prepare of [() => undefined, makeRepository]) {
      prepare(installation.project);
      for (const start of starts(file('cover-at-request.cjs'), installation))
        uses.push(await usesOf(start, installation, dist));
    }
    writeOrder(modules, uses);
  } finally {
    engine.close();
    installation.remove();
  }
}

/** By a docker context: a variable would spare a start the look for one. */
function nameEngine(home, host) {
  const directory = path.join(home, '.docker');
  const id = createHash('sha256').update('measured').digest('hex');
  const meta = path.join(directory, 'contexts/meta', id);
  mkdirSync(meta, { recursive: true });
  const endpoint = { Name: 'measured', Endpoints: { docker: { Host: host } } };
  writeFileSync(path.join(meta, 'meta.json'), JSON.stringify(endpoint));
  writeFileSync(path.join(directory, 'config.json'), '{"currentContext":"measured"}');
}

function makeRepository(directory) {
  const git = (...words) => execFileSync('git', ['-C', directory, ...words]);
  git('init', '--quiet');
  writeFileSync(path.join(directory, 'README.md'), '# Measured\n');
  git('add', '.');
  const author = ['-c', 'user.name=Measured', '-c', 'user.email=measured@example.com'];
  git(...author, 'commit', '--quiet', '-m', 'first');
}

/** @returns {Promise<{ before: Set<string>, after: Set<string> }>} the modules of which something is called until the request, and from then on */
async function usesOf(start, installation, dist) {
  const directory = path.join(installation.directory, 'coverage');
  const environment = { DOCKER_HOST: undefined, DOCKER_CONTEXT: undefined };
  // The first makes what every run needs.
  for (let warmUp = 0; warmUp < 2; warmUp++) await installation.run(start, environment);
  mkdirSync(directory);
  await installation.run(start, { ...environment, NODE_V8_COVERAGE: directory });
  const reports = readdirSync(directory)
    // coverage-PID-TIME-NUMBER.json
    .sort((one, other) => numberOf(one) - numberOf(other))
    .map((name) => JSON.parse(readFileSync(path.join(directory, name), 'utf8')))
    .map(({ result }) => new Set(result.map(({ url }) => moduleOf(url, dist)).filter(Boolean)))
    // The program that runs beside it has none of them.
    .filter(({ size }) => size > 0);
  rmSync(directory, { recursive: true });
  if (reports.length !== 2)
    throw new Error(`${start.join(' ')}: ${reports.length} reports in place of two`);
  return { before: reports[0], after: reports[1] };
}

const numberOf = (report) => Number(/(\d+)\.json$/.exec(report)[1]);

/** `src/launch/launch` */
function moduleOf(url, dist) {
  const name = path.relative(dist, url.replace(/^file:\/\//, ''));
  return name.startsWith('src/') && name.endsWith('.cjs')
    ? name.slice(0, -'.cjs'.length)
    : undefined;
}

function writeOrder(modules, uses) {
  const isUsed = (when) => (name) => uses.some((use) => use[when].has(name));
  const [before, after] = [isUsed('before'), isUsed('after')];
  const late = modules.filter((name) => !before(name)).sort();
  const order = {
    after: late.filter(after),
    seldom: late.filter((name) => !after(name)),
  };
  writeFileSync(path.join(root, 'bin/start-order.json'), `${JSON.stringify(order, null, 2)}\n`);
  console.log(
    `${modules.length - late.length} before the request, ${order.after.length} after it, ${order.seldom.length} seldom`,
  );
}

await main();
