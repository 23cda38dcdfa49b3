// `npm test`: brings what the tests need, runs them all, and ends with one line: `N passed, N failed`.
// With `--checks`, types, lint and format are looked at, too: each that fails is one failure more.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Projects that must have run: without an engine the most important half would be missing. */
const indispensable = ['unit', 'integration', 'e2e'];
/** One after the other: they are what the engine's tests leave a processor for. */
const checks = process.argv.includes('--checks')
  ? [
      ['types', ['npm', 'run', '--silent', 'typecheck']],
      ['lint', ['npm', 'run', '--silent', 'lint']],
      ['format', ['npx', 'prettier', '--check', '.']],
    ]
  : [];

const launchTime = ['launch time', ['npm', 'run', '--silent', 'bench', '--', '--fake', '--check']];

/**
 * Each start of Node reads such certificates, which takes longer than all else that it does; here that is thousands of times.
 * test/support/host-certificates.ts gives them back to what tests against the engine start.
 */
const { NODE_EXTRA_CA_CERTS: certificates, ...others } = process.env;
const environment = { ...others, ...(certificates && { CERTIFICATES_OF_HOST: certificates }) };

/** Ctrl-C reaches all that run: each ends in order, nothing more is begun, and the engine goes last. */
let interrupted = false;
const running = new Set();
process.on('SIGINT', () => {
  interrupted = true;
});
process.on('SIGTERM', () => {
  interrupted = true;
  for (const child of running) child.kill('SIGTERM');
});

async function main() {
  if (!existsSync(path.join(root, 'node_modules/vitest')) && run('npm', ['ci']) !== 0)
    return finish({ passed: 0, failed: 1, skipped: 0 });
  let stopEngine;
  try {
    stopEngine = await startEngineIfMissing();
  } catch (error) {
    console.error(error.message);
    return finish({ passed: 0, failed: 1, skipped: 0 });
  }
  try {
    await testAll();
  } finally {
    await stopEngine?.();
  }
}

/**
 * One engine for all that follows: each process of Vitest would start its own where none answers, and the one whose engine
 * it is would take it from the others when it has done its part.
 */
async function startEngineIfMissing() {
  const { bundled } = await import('./bundled.mjs');
  return (await bundled('test/support/dockerd.ts')).startEngineIfMissing();
}

async function testAll() {
  // What fills two processors has them for itself. Beside those that go one after the other is room for the unit tests, in one
  // process: with more, tests that wait for a terminal have been seen to fail.
  const calm = await test(['integration-calm', 'e2e-calm'], 'inherit');
  const [alone, builds, [unit, failed]] = await Promise.all([
    test(['integration', 'e2e'], 'inherit'),
    test(['integration-builds'], 'pipe'),
    test(['unit'], 'pipe', '--maxWorkers=1').then(async (unit) => [
      unit,
      await failedChecks(checks),
    ]),
  ]);
  // Last and alone: the only thing here that depends on time.
  if (checks.length > 0) failed.push(...(await failedChecks([launchTime])));
  for (const { output } of [builds, unit]) process.stdout.write(output);
  const suites = [calm, alone, builds, unit].flatMap((one) => one.suites);
  // Named last: a log is read from its end, and often only that is kept.
  for (const words of [...failures(suites), ...failed]) console.log(words);
  const ends = count(suites, calm.code || alone.code || builds.code || unit.code);
  finish({ ...ends, failed: ends.failed + failed.length });
}

/** What the checks that failed said, each also as soon as it has ended. */
async function failedChecks(which) {
  const failed = [];
  for (const [name, [command, ...words]] of which) {
    const { code, output } = await outputOf(command, words, 'pipe');
    console.log(`== ${name}: ${code === 0 ? 'good' : 'FAILED'}`);
    if (code === 0) continue;
    const said = `\nFAILED ${name}\n${output.toString().trimEnd()}`;
    console.log(said);
    failed.push(said);
  }
  return failed;
}

/** @param saying `pipe`: kept for later, so that two that run at once do not talk at once */
async function test(projects, saying, ...options) {
  const report = mkdtempSync(path.join(tmpdir(), 'ai-tests-'));
  const file = path.join(report, 'report.json');
  const words = [
    ...['run', ...projects.map((project) => `--project=${project}`)],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...options],
  ];
  const vitest = path.join(root, 'node_modules/.bin/vitest');
  const { code, output } = await outputOf(vitest, words, saying);
  const suites = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).testResults : [];
  rmSync(report, { recursive: true });
  return { code, suites, output };
}

async function outputOf(command, words, saying) {
  if (interrupted) return { code: 1, output: Buffer.of() };
  const stdio = ['ignore', saying, saying];
  const child = spawn(command, words, { cwd: root, env: environment, stdio });
  running.add(child);
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => said.push(data));
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(1)).once('close', (status) => resolve(status ?? 1));
  });
  running.delete(child);
  return { code, output: Buffer.concat(said) };
}

function run(command, args) {
  return (
    spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1
  );
}

/** A file that could not be run, a project that did not, and a run that failed otherwise count as one failure each. */
function count(suites, code) {
  const tests = suites.flatMap((suite) => suite.assertionResults);
  const having = (...statuses) => tests.filter(({ status }) => statuses.includes(status)).length;
  const broken = suites.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const missing = indispensable.filter((project) => !hasRun(suites, project));
  for (const project of missing) console.error(`No ${project} test has run.`);
  const failed = having('failed') + broken.length + missing.length;
  return {
    passed: having('passed'),
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: having('pending', 'skipped', 'todo', 'disabled'),
  };
}

/** What failed, each with the beginning of why. */
function failures(suites) {
  return suites.flatMap(({ name, status, message, assertionResults }) => {
    const file = path.relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [reason(file, message ?? '')];
    return failed.map((test) =>
      reason(`${file} > ${test.fullName}`, test.failureMessages.join('\n')),
    );
  });
}

function reason(title, message) {
  const lines = stripVTControlCharacters(message).split('\n').slice(0, 25);
  return [`\nFAILED ${title}`, ...lines.map((line) => `  ${line.slice(0, 1500)}`)].join('\n');
}

function hasRun(suites, project) {
  const directory = path.join(root, 'test', project) + path.sep;
  return suites.some(
    ({ name, assertionResults }) =>
      name.startsWith(directory) &&
      assertionResults.some(({ status }) => status === 'passed' || status === 'failed'),
  );
}

function finish({ passed, failed, skipped }) {
  process.exitCode = failed === 0 ? 0 : 1;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}

await main();
