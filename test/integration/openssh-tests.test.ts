// What OpenSSH asks of an agent, by its own tests, through the filter in the mode that allows all.

import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentUse } from '../../src/plan/agent-policy.ts';
import { OpensshTests, packagesOfOpensshTests } from '../support/openssh-tests.ts';
import { installMissing } from '../support/packages.ts';

describe.skipIf(process.platform !== 'linux')("OpenSSH's own tests", () => {
  beforeAll(() => {
    installMissing(packagesOfOpensshTests);
  });
  afterAll(() => {
    new OpensshTests().removeLeftovers();
  });

  // At the same time: the longest of them sleeps. Only the first has a server, and so a port.
  it.concurrent.each([
    ['agent', ['list', 'bind', 'sign']],
    ['agent-timeout', ['list']],
    ['sshsig', ['list', 'sign']],
  ])(
    '%s',
    async (name, actions) => {
      const tests = new OpensshTests();
      await tests.prepare();
      const { code, stdout, stderr } = await tests.run(name);
      // What it says is worth reading only where it fails; sshd's session adds words about this machine.
      expect(code, `${stdout}${stderr}`).toBe(0);
      expect(stdout).toMatch(/^ok /m);
      expect(textOf(`${tests.uses}.trouble`)).toBe('');
      // It did go through the filter.
      const uses = usesIn(tests.uses);
      expect([...new Set(uses.map(({ action }) => action))].sort()).toEqual([...actions].sort());
      expect(uses.filter(({ action, allowed }) => action === 'sign' && !allowed)).toEqual([]);
    },
    300_000,
  );
});

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

const usesIn = (file: string): AgentUse[] =>
  textOf(file)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AgentUse);
