// Builds dist/: main.cjs with the chunks that it loads when they are first needed, and the programs that run beside it.
// rollup, because it splits CommonJS into chunks and runs on every Node 20 (rolldown asks for 20.19).
'use strict';
const { chmodSync, mkdtempSync, renameSync, rmSync } = require('node:fs');
const path = require('node:path');
const { isHarmlessCycle, lazily, namesFrom, startChunks } = require('./lazy-chunks.js');

const root = path.join(__dirname, '..');

const programs = {
  main: 'src/main.ts',
  'completion-program': 'src/launch/completion-program.ts',
  'leash-program': 'src/engines/docker/leash-program.ts',
  'overview-program': 'src/cli/overview-program.ts',
  'set-up-program': 'src/launch/set-up-program.ts',
};

// Loaded with import() where their work is done, from the package's own node_modules.
const libraries =
  /^(?:@balena\/dockerignore|chalk|cosmiconfig|dockerode|execa|ignore|ora|ssh2|yaml)(?:\/|$)/;

const sourceOf = (name) => path.join(root, 'src', `${name}.ts`);

/**
 * What every run loads with import(), with all that these import: few chunks, because each file costs a start more than what is
 * in it. A module that is missing here is loaded from a file of its own.
 */
const straightPath = [
  'cli/commands/run',
  'launch/audit-run',
  'launch/close-stage',
  'launch/forward-browser',
  'launch/shell-build',
  'launch/watch-executables',
  'plan/executable-files',
].map(sourceOf);

/** Without comments and spaces a start has less to read. Names stay: they are what a stack trace says. */
const esbuild = { target: 'node20', minifyWhitespace: true, minifySyntax: true };

async function build() {
  const fresh = mkdtempSync(path.join(root, 'dist.'));
  try {
    await Promise.all(Object.keys(programs).map((name) => bundle(fresh, name, outputs[name])));
    // mkdtemp makes it for us alone; others may run a clone that is not theirs.
    chmodSync(fresh, 0o755);
    replace(path.join(root, 'dist'), fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** What rollup is told for the output of a program, where it is more than one file. */
const outputs = {
  main: {
    manualChunks: startChunks(path.join(root, programs.main), straightPath),
    onlyExplicitManualChunks: true,
    // Else each chunk would ask for what those ask for that it asks for.
    hoistTransitiveImports: false,
    plugins: [lazily()],
  },
};

/**
 * Each program for itself: a module that two of them share would be a chunk of its own for both, and one file more to open.
 * @param {string} directory where it is written to
 * @param {string} name of a program
 * @param {object} [output] further options of rollup's for its output
 * @returns what rollup says of the files
 */
async function bundle(directory, name, output) {
  const { rollup } = require('rollup');
  const bundled = await rollup({
    input: { [name]: path.join(root, programs[name]) },
    external: (id) => libraries.test(id),
    plugins: [
      require('rollup-plugin-esbuild').default(esbuild),
      require('@rollup/plugin-json')(),
      require('@rollup/plugin-node-resolve').nodeResolve(),
      require('@rollup/plugin-commonjs')({ include: /node_modules/ }),
      { name: 'import libraries', renderDynamicImport },
      { name: 'no programs of commander', resolveId: resolveOfCommander, load: loadEmpty },
    ],
    onLog: (level, entry, log) => {
      if (level === 'warn' && isHarmlessCycle(entry)) return;
      if (level === 'warn') throw new Error(entry.message);
      log(level, entry);
    },
  });
  const { output: files } = await bundled.write({
    dir: directory,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: `${name}-chunks/[name]-[hash].cjs`,
    sourcemap: true,
    ...output,
  });
  await bundled.close();
  return files;
}

/**
 * The program with each of its modules in a file that is loaded when something of it is first used, for npm run start-order.
 * @returns {Promise<string[]>} names of the modules that the build has a choice for
 */
async function bundleApart(directory) {
  const files = await bundle(directory, 'main', {
    preserveModules: true,
    preserveModulesRoot: root,
    exports: 'named',
    plugins: [lazily((file) => file.endsWith('.cjs'))],
  });
  const imports = new Map(files.map((file) => [file.facadeModuleId, file.imports]));
  const idOf = new Map(files.map((file) => [file.fileName, file.facadeModuleId]));
  const importsOf = (id) => imports.get(id).flatMap((name) => idOf.get(name) ?? []);
  const entry = path.join(root, programs.main);
  return namesFrom([...importsOf(entry), ...straightPath], importsOf);
}

/** bin/load.js runs the chunks as scripts, and those cannot import(). */
const renderDynamicImport = ({ targetModuleId, chunk }) => {
  if (path.isAbsolute(targetModuleId ?? '')) return null;
  const up = path.relative(path.dirname(chunk.fileName), '../bin/import.js');
  return { left: `require(${JSON.stringify(up)})(`, right: ')' };
};

/** It could start a program for each subcommand, and loads what that takes; no command here is a program. */
const empty = '\0no-programs';
const resolveOfCommander = (id, importer) =>
  id === 'node:child_process' && /node_modules.commander/.test(importer ?? '') ? empty : null;
const loadEmpty = (id) => (id === empty ? 'export default {};' : null);

/** By renames, so that an `ai` that starts at this moment finds the old build or the new one, never half of one. */
function replace(dist, fresh) {
  const old = `${fresh}.old`;
  try {
    renameSync(dist, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}

module.exports = { build, bundleApart };

if (require.main === module)
  build().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
