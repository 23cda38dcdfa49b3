// `ai` as it is installed, with a home and a project of its own: what a clone looks at beforehand is none of it.

import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export class Installation {
  directory = mkdtempSync('/var/tmp/ai-bench-');
  project = path.join(this.directory, 'project');
  #home = mkdtempSync(path.join(placeOfHomes(), 'ai-bench-'));
  #launcher = path.join(this.directory, 'package/bin/ai.js');
  /** Certificates of the host would be read at each start, by Node and not by docker. */
  environment = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: undefined,
    HOME: this.#home,
  };

  constructor() {
    for (const name of ['package', 'project']) mkdirSync(path.join(this.directory, name));
    for (const name of ['bin', 'dist', 'templates', 'package.json'])
      cpSync(path.join(root, name), path.join(this.directory, 'package', name), {
        recursive: true,
      });
    symlinkSync(path.join(root, 'node_modules'), path.join(this.directory, 'package/node_modules'));
  }

  remove() {
    for (const directory of [this.directory, this.#home])
      rmSync(directory, { recursive: true, force: true });
  }

  /** The words that start it. */
  ai(...words) {
    return [process.execPath, this.#launcher, ...words];
  }

  /** @returns the process, started just now; what it says goes to no terminal */
  start([command, ...words], { stdout = 'pipe', ...environment } = {}) {
    return spawn(command, words, {
      cwd: this.project,
      env: { ...this.environment, ...environment },
      stdio: ['ignore', stdout, 'pipe'],
    });
  }

  /** @throws Error if it ends with another code than 0 */
  async run(command, environment) {
    const start = performance.now();
    const child = this.start(command, environment);
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (data) => (said[name] += data));
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    const time = performance.now() - start;
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${said.stderr}`);
    return { start, time, ...said };
  }
}

/**
 * In memory where there is such a place: ext4 passes over the inodes of what was removed in the last seconds, one by one. Where
 * many launches follow each other, or tests ran before, a new file takes up to 0.8 ms then, and 0.03 ms in anybody's home.
 */
function placeOfHomes() {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return '/var/tmp';
  }
}
