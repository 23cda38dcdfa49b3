// Builds dist/: one CommonJS file whose modules run when they are first needed, and the programs that run beside it.
// esbuild, because it runs on every Node 20 (newer bundlers ask for 20.19).
'use strict';
const { chmodSync, mkdtempSync, renameSync, rmSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');

async function build() {
  const fresh = mkdtempSync(path.join(root, 'dist.'));
  try {
    await require('esbuild').build({
      absWorkingDir: root,
      entryPoints: {
        main: 'src/main.ts',
        'completion-program': 'src/launch/completion-program.ts',
        'leash-program': 'src/engines/docker/leash-program.ts',
        'set-up-program': 'src/launch/set-up-program.ts',
      },
      outdir: fresh,
      outExtension: { '.js': '.cjs' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      sourcemap: true,
      logLevel: 'warning',
      // Loaded with import() where their work is done; bundling them would only make every start read more.
      external: ['dockerode', 'execa', 'chalk', 'ora', 'ssh2', 'yaml', 'cosmiconfig'],
    });
    // mkdtemp makes it for us alone; others may run a clone that is not theirs.
    chmodSync(fresh, 0o755);
    replace(path.join(root, 'dist'), fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

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

module.exports = { build };

if (require.main === module)
  build().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
