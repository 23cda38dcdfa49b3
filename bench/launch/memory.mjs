// What an attached client takes of memory: idle, and with more output than its reader takes.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { FakeEngine } from './fake-engine.mjs';

const megabyte = 1024 ** 2;
const streamed = 500 * megabyte;

export async function measureMemory(installation) {
  const engine = new FakeEngine(path.join(installation.directory, 'memory.sock'));
  await engine.ready();
  try {
    const idle = await peakOf(installation, engine, async (output, client) => {
      await wait(1000);
      return residentOf(client);
    });
    const streaming = await peakOf(installation, engine, async (output, client) => {
      let peak = 0;
      client.stdout.on('data', () => (peak = Math.max(peak, residentOf(client))));
      await writeAll(output);
      return peak;
    });
    return [
      { what: 'idle, attached (MB)', target: 45, ratio: idle },
      { what: 'while 500 MB go through (MB)', target: undefined, ratio: streaming },
    ];
  } finally {
    engine.close();
  }
}

/** What `look` finds while the container runs; the container ends after it. */
async function peakOf(installation, engine, look) {
  let found;
  const client = installation.start(installation.ai('exec', '--', 'true'), {
    DOCKER_HOST: engine.host,
  });
  const ended = new Promise((resolve) => client.once('close', resolve));
  client.stdout.on('data', () => undefined);
  client.stderr.resume();
  engine.program = (output, end) => {
    found = look(output, client).finally(end);
  };
  await ended;
  return found;
}

/** Frames of the engine's, as fast as they are taken. */
async function writeAll(output) {
  const frame = Buffer.alloc(8 + 65536, 'x');
  frame.set([1, 0, 0, 0]);
  frame.writeUInt32BE(65536, 4);
  for (let written = 0; written < streamed; written += 65536)
    if (!output.write(frame)) await new Promise((resolve) => output.once('drain', resolve));
}

/** Resident set, in megabytes. */
const residentOf = ({ pid }) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
