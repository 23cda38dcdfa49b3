// Kills the launcher of the run from whose container a fake got a request.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { connectToEngine } from './engine.ts';
import { stateOf } from './left-behind.ts';

/** Returns its process id. */
export async function killLauncherBehind(address: string, home: string): Promise<number> {
  const all = await connectToEngine().listContainers({ filters: { label: ['ai.run'] } });
  const found = all.find(({ NetworkSettings: { Networks } }) =>
    Object.values(Networks).some(({ IPAddress }) => IPAddress === address),
  );
  const record = path.join(stateOf(home), 'runs', found?.Labels['ai.run'] ?? '', 'plan.json');
  const { launcher } = JSON.parse(readFileSync(record, 'utf8')) as { launcher: { pid: number } };
  process.kill(launcher.pid, 'SIGKILL');
  return launcher.pid;
}
