// What the audit tells of a run: enough to know what it could reach, and no value of a variable.

import { describe, expect, it } from 'vitest';
import {
  auditedRun,
  changedLine,
  endLine,
  grantsLine,
  outcomeOf,
  recoveredLine,
  startLine,
} from '../../../src/plan/audit-lines.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { buildFacts } from '../../support/build-facts.ts';

const facts = buildFacts({
  settings: {
    root: true,
    env: { PLAIN: 'value-of-plain', MY_TOKEN: 'value-of-token' },
    publish: ['8080:80'],
    'ssh.mode': ['all'],
  },
  mounts: [{ source: '/data', target: '/d', readOnly: true, kind: 'directory', gid: 0 }],
});
const plan = buildPlan(facts);
const run = { run: 'deadbeef', assistant: 'claude', project: '/home/ann/app' };

describe('a line', () => {
  it('of the start says which plan, which image, how isolated', () => {
    expect(startLine(plan, facts.settings, { digest: 'd', imageId: 'sha256:1' })).toEqual({
      ...{ what: 'start', ...run, plan: 'd', image: 'ai/claude:1', imageId: 'sha256:1' },
      mode: {
        ...{ yolo: false, secure: false, network: 'open', protect: 'report' },
        ...{ root: true, terminal: 'raw' },
      },
    });
    expect(startLine(plan, facts.settings, { digest: 'd', imageId: undefined })).not.toHaveProperty(
      'imageId',
    );
  });

  it('of the grants names what goes beyond the workspace, and no value', () => {
    const line = grantsLine(plan, true);
    expect(line).toMatchObject({
      ...{ what: 'grants', ...run },
      mounts: ['/data:/d:ro'],
      ports: ['127.0.0.1:8080:80/tcp'],
      variables: ['PLAIN'],
      secrets: ['MY_TOKEN'],
      // Root could read what renews it.
      login: { of: 'claude', profile: 'default', lent: true },
      ssh: { agent: 'all' },
    });
    expect(JSON.stringify(line)).not.toMatch(/value-of/);
    expect(grantsLine(plan, false)).not.toHaveProperty('login');
  });

  it('of changed files tells of many how many they are', () => {
    const names = Array.from({ length: 250 }, (_, index) => `f${index}`);
    expect(changedLine(plan, names)).toMatchObject({
      ...run,
      more: 50,
      files: names.slice(0, 200),
    });
    expect(changedLine(plan, ['a'])).toEqual({
      what: 'executable files changed',
      ...run,
      files: ['a'],
    });
  });

  it.each([
    [{ code: 0, outOfMemory: false, timedOut: false }, 0, 'exit'],
    [{ code: 3, outOfMemory: true, timedOut: false }, 3, 'exit'],
    [{ code: 137, outOfMemory: false, timedOut: false }, 137, 'signal'],
    [{ code: 137, outOfMemory: true, timedOut: false }, 137, 'out of memory'],
    [{ code: 143, outOfMemory: false, timedOut: true }, 124, 'time-out'],
    [{ code: 128, outOfMemory: false, timedOut: false }, 128, 'exit'],
    [{ code: 192, outOfMemory: false, timedOut: false }, 192, 'signal'],
    [{ code: 193, outOfMemory: true, timedOut: false }, 193, 'exit'],
    [{ code: 255, outOfMemory: false, timedOut: false }, 255, 'exit'],
    [{ code: 143, signal: 'SIGTERM', outOfMemory: false, timedOut: false }, 143, 'signal'],
    [{ code: 143, signal: undefined, outOfMemory: false, timedOut: false }, 143, 'exit'],
  ])('of the end of %j', (end, code, reason) => {
    expect(endLine(auditedRun(plan), outcomeOf(end, 1.26))).toEqual({
      ...{ what: 'end', ...run, code, reason, seconds: 1.3 },
    });
    expect(recoveredLine(auditedRun(plan))).toEqual({ what: 'end', ...run, reason: 'recovered' });
  });
});
