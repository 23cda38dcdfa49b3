// For a git clone: installs the dependencies when they are missing or another lock file asks for others, and builds when
// the build is missing or older than a source. A few stats when there is nothing to do.
'use strict';
const {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} = require('node:fs');
const path = require('node:path');

function bootstrap(root) {
  if (isFresh(root)) return;
  if (!isWritable(root)) return useWhatIsThere(root);
  const release = takeLock(path.join(root, '.bootstrap.lock'));
  try {
    // Another `ai` may have done it while this one waited.
    if (!hasDependencies(root)) install(root);
    if (!hasBuild(root)) build(root);
  } finally {
    release();
  }
}

/** Somebody else's clone: an older build serves as well, and bringing it up to date is up to them. */
function useWhatIsThere(root) {
  if (modified(path.join(root, 'dist', 'main.cjs')) >= 0) return;
  console.error(
    `ai: not built yet, and you may not write in ${root}\n    → as its owner: ${root}/bin/ai.js --version`,
  );
  process.exit(125);
}

function isWritable(directory) {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const isFresh = (root) => hasBuild(root) && hasDependencies(root);

/** npm writes this file last, after everything that the lock file asks for. */
function hasDependencies(root) {
  return (
    modified(path.join(root, 'node_modules', '.package-lock.json')) >=
    modified(path.join(root, 'package-lock.json'))
  );
}

function hasBuild(root) {
  const built = modified(path.join(root, 'dist', 'main.cjs'));
  if (built < 0) return false;
  return newestSource(root) <= built;
}

function newestSource(root) {
  const names = ['package.json', 'bin/build.js', 'bin/lazy-chunks.js', 'bin/start-order.json'];
  const files = names.map((name) => path.join(root, name));
  return Math.max(...files.map(modified), newestBelow(path.join(root, 'src')));
}

/** Milliseconds, or -1 where there is no such file. */
const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -1;

/** Directories count too: a deleted source changes the time of its own. */
function newestBelow(directory) {
  let newest = modified(directory);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    // Some seven hundred, at every start: path.join would read each letter by letter.
    const file = `${directory}/${entry.name}`;
    newest = Math.max(newest, entry.isDirectory() ? newestBelow(file) : modified(file));
  }
  return newest;
}

function install(root) {
  console.error('ai: first start: installing dependencies (npm ci) …');
  run(root, 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci');
  // npm keeps the time of an unchanged file; ours has to be the newer one from now on.
  const now = new Date();
  utimesSync(path.join(root, 'node_modules', '.package-lock.json'), now, now);
}

function build(root) {
  console.error('ai: building …');
  run(root, process.execPath, [path.join(root, 'bin', 'build.js')], 'building');
  // A source from the future (another machine's clock) would have it built anew at every start.
  const newest = Math.ceil(newestSource(root) + 1) / 1000;
  const main = path.join(root, 'dist', 'main.cjs');
  if (newest > Date.now() / 1000) utimesSync(main, newest, newest);
}

/** Its output goes to stderr: stdout is the assistant's. */
function run(root, command, args, what) {
  const { spawnSync } = require('node:child_process');
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(
    `ai: ${what} failed${error ? `: ${error.message}` : ''}\n    → see above; then: cd ${root} && npm ci && npm run build`,
  );
  process.exit(125);
}

/** One at a time: two terminals may start at once in a fresh clone. A lock whose process is gone counts for nothing. */
function takeLock(file) {
  for (;;) {
    try {
      const descriptor = openSync(file, 'wx');
      writeSync(descriptor, String(process.pid));
      closeSync(descriptor);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isHeld(file)) rmSync(file, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

function isHeld(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // Just made and not yet written.
    if (pid === 0) return Date.now() - modified(file) < 2000;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

module.exports = { bootstrap };
