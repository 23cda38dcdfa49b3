// Builds dist/: one CommonJS entry and a chunk for everything behind an import(). Heavy libraries stay outside.
const { chmodSync, mkdtempSync, renameSync, rmSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const external = ['dockerode', 'execa', 'chalk', 'ora', 'fs-extra', 'yaml'];

async function build() {
  const { rolldown } = require('rolldown');
  const bundle = await rolldown({
    input: {
      main: path.join(root, 'src/main.ts'),
      'leash-program': path.join(root, 'src/engines/docker/leash-program.ts'),
    },
    platform: 'node',
    external: [/^node:/, ...external],
    logLevel: 'warn',
  });
  const fresh = mkdtempSync(path.join(root, 'dist.'));
  // Other users of this machine may run a clone that is not theirs.
  chmodSync(fresh, 0o755);
  try {
    await bundle.write({
      dir: fresh,
      format: 'cjs',
      sourcemap: true,
      exports: 'named',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
    });
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  } finally {
    await bundle.close();
  }
  // A rename, so that an `ai` that starts at this moment finds the old build or the new one, never half of one.
  const dist = path.join(root, 'dist');
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
if (require.main === module) {
  build().catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}
