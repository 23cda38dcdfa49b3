// A program of this machine that listens and takes nobody: its queue is full, so that connecting goes on and on.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** Its port at that address. It goes with the test. */
export async function stuckPort(host = '127.0.0.1'): Promise<number> {
  const script = `const server = require('node:net').createServer();
    const where = { port: 0, host: ${JSON.stringify(host)}, backlog: 1 };
    server.listen(where, () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGSTOP');
  const port = Number(line);
  for (;;) {
    const one = connect({ host, port });
    one.on('error', () => undefined);
    onTestFinished(() => void one.destroy());
    const isTaken = once(one, 'connect').then(() => true);
    if (!(await Promise.race([isTaken, wait(100, false)]))) return port;
  }
}
