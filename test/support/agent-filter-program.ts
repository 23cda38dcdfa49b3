// The filter as a process of its own, for OpenSSH's tests: it allows all, says when it is there, and ends with the agent.
// Words: the agent's socket, its own socket, and the file for what went through. Bundled by openssh-tests.ts.

import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { connect } from 'node:net';
import { serveAgent } from '../../src/tunnel/agent-filter.ts';

const [upstream = '', socket = '', uses = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  // Never used: it ends when the agent does.
  const watch = connect(upstream);
  await once(watch, 'connect');
  const filter = await serveAgent({
    socket,
    upstream,
    policy: { mode: 'all', hosts: [] },
    onUse: (use) => {
      appendFileSync(uses, `${JSON.stringify(use)}\n`);
    },
  });
  process.stdout.end('ready\n');
  watch.resume();
  await once(watch, 'close');
  await filter.close();
}

void main();
