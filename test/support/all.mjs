// `npm test`: brings what the tests need, runs them all, and ends with one line: `N passed, N failed`.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Projects that must have run: without an engine the most important half would be missing. */
const indispensable = ['integration', 'e2e'];

function main() {
  if (!existsSync(path.join(root, 'node_modules/vitest')) && run('npm', ['ci']) !== 0)
    return finish({ passed: 0, failed: 1, skipped: 0 });
  const report = mkdtempSync(path.join(tmpdir(), 'ai-tests-'));
  const file = path.join(report, 'report.json');
  const code = run(path.join(root, 'node_modules/.bin/vitest'), [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const suites = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).testResults : [];
  rmSync(report, { recursive: true });
  finish(count(suites, code));
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

main();
