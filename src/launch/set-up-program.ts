// What sudo runs: takes the steps of a set-up as root. Its job comes on stdin, what happens goes to stdout (setup/as-root.ts).

import { createInterface } from 'node:readline';
import { AiError, messageOf } from '../base/errors.ts';
import { act } from '../setup/act.ts';
import type { Answer, Job } from '../setup/as-root.ts';
import { rootEnvironment } from '../setup/step-environment.ts';
import { versionAt } from './engine-version.ts';

const controller = new AbortController();
const abort = (): void => {
  controller.abort();
};
// Keys reach it only where sudo has given it a terminal of its own.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, abort);

const tell = (answer: Answer): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);
process.stdout.on('error', abort);

async function perform(line: string): Promise<void> {
  try {
    const { work, proxies } = JSON.parse(line) as Job;
    const environment = rootEnvironment({ ...process.env, ...proxies });
    const emit = (event: Extract<Answer, { event: unknown }>['event']): void => {
      tell({ event });
    };
    tell({
      version: await act(work, { emit, environment, interrupt: controller.signal, versionAt }),
    });
  } catch (error) {
    if (error instanceof AiError) {
      const { code, facts } = error as AiError;
      tell({ error: { code, facts } });
    } else tell({ bug: messageOf(error) });
  }
  input.close();
  process.stdin.destroy();
}

const input = createInterface(process.stdin);
input.once('line', (line) => void perform(line));
process.stdin.once('end', abort);
