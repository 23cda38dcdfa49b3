// What the user is told of a run that asked for many hosts, by way of its real socket.

import { mkdirSync, readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import path from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { Redactor } from '../../../src/base/redact.ts';
import { ForwardedEgress } from '../../../src/launch/forward-egress.ts';
import type { World } from '../../../src/launch/world.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { runPaths } from '../../../src/plan/state-mounts.ts';
import { buildFacts } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const good = 'good.ai-test.invalid';
let stateDirectory: string;
let said: string[];
let egress: ForwardedEgress;

beforeEach(async () => {
  stateDirectory = temporaryDirectory();
  said = [];
  const made = buildPlan(buildFacts({ settings: { network: 'allowlist', allow: [good] } }));
  if (made.egress === undefined) throw new Error('the plan has no proxy');
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const plan = { ...made, egress: made.egress, state: { ...made.state, owner } };
  const paths = runPaths({ directory: stateDirectory, runId: plan.run.id });
  for (const directory of [paths.sock, paths.inside]) mkdirSync(directory, { recursive: true });
  const world = {
    ...{ stateDirectory, redactor: new Redactor() },
    emit: (event: { text?: string }) => said.push(event.text ?? ''),
  } as unknown as World;
  egress = new ForwardedEgress(world, plan, stateDirectory, {}, () => []);
  await egress.open();
  onTestFinished(() => egress.close());
});

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const ask = (host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const where = { socketPath: egress.address, path: `http://${host}/`, headers: { host }, agent };
    get(where, (answer) => {
      answer.resume().once('end', () => {
        resolve(answer.statusCode);
      });
    }).once('error', reject);
  });

it('an allowed host is told after 600 refused ones, and that there were more', async () => {
  for (let index = 0; index < 600; index++) await ask(`h${index}.example.com`);
  expect(await ask(good)).toBe(502);
  egress.tell();
  await egress.close();
  agent.destroy();
  const audit = readFileSync(path.join(stateDirectory, 'audit.jsonl'), 'utf8').trim().split('\n');
  expect(audit).toHaveLength(202);
  expect(JSON.parse(audit[200] ?? '')).toMatchObject({ host: good, allowed: true });
  expect(JSON.parse(audit[201] ?? '')).toMatchObject({ leftOut: { refused: 400 } });
  expect(said.at(-1)).toBe('network: the session asked 400 times for more than ai net log tells');
  expect(said).toHaveLength(7);
});
