// What is noted in audit.jsonl: the run, what it did, and no secret.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Redactor } from '../../../src/base/redact.ts';
import { noteInAudit } from '../../../src/launch/audit.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { buildFacts } from '../../support/build-facts.ts';
import { word } from '../../support/fake-keys.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

it('has the run, and none of its secrets, in names neither', () => {
  const stateDirectory = temporaryDirectory();
  const redactor = new Redactor();
  const secret = word(30);
  // A password that is a word of ours stays one.
  redactor.learn([secret, 'claude']);
  const plan = buildPlan(buildFacts({ project: { root: `/home/ann/${secret}` } }));
  const done = noteInAudit({ stateDirectory, redactor }, plan, 'host port', {
    ...{ provider: secret, port: 80, reason: `of ${secret}` },
  });
  expect(done).toBeUndefined();
  const text = readFileSync(path.join(stateDirectory, 'audit.jsonl'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    ...{ what: 'host port', run: plan.run.id, assistant: 'claude', project: '/home/ann/***' },
    ...{ provider: '***', port: 80, reason: 'of ***' },
  });
});
