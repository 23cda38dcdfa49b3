// `ai` as it is installed, with a home and a project of its own: what a clone looks at beforehand is none of it.

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export class Installation {
  directory = mkdtempSync('/var/tmp/ai-bench-');
  project = path.join(this.directory, 'project');
  #launcher = path.join(this.directory, 'package/bin/ai.js');
  /** Certificates of the host would be read at each start, by Node and not by docker. */
  environment = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: undefined,
    HOME: path.join(this.directory, 'home'),
  };

  constructor() {
    for (const name of ['package', 'project', 'home']) mkdirSync(path.join(this.directory, name));
    for (const name of ['bin', 'dist', 'templates', 'package.json'])
      cpSync(path.join(root, name), path.join(this.directory, 'package', name), {
        recursive: true,
      });
    symlinkSync(path.join(root, 'node_modules'), path.join(this.directory, 'package/node_modules'));
  }

  remove() {
    rmSync(this.directory, { recursive: true, force: true });
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
