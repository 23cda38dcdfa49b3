// How much of the ssh agent a run gets.

import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { Request } from '../../../src/plan/facts.ts';
import { printAsDockerRun } from '../../../src/plan/print.ts';
import type { SshFacts, SshRemote } from '../../../src/plan/ssh-facts.ts';
import { resolveSettings } from '../../../src/settings/layers.ts';
import { buildFacts } from '../../support/build-facts.ts';

const github: SshRemote = { user: 'git', host: 'github.com', origin: 'remote origin' };
const odd: SshRemote = { host: '::1', port: 2222, origin: 'submodule lib' };

const planWith = (ssh: Partial<SshFacts>, mode?: string, request?: Request) => {
  const given = (key: string, text: string) => ({
    ...{ key, place: `--${key}` },
    value: { kind: 'flag' as const, text },
  });
  // The way to the browser takes the same directory.
  const values = [given('browser', 'off'), ...(mode ? [given('ssh', mode)] : [])];
  const { settings } = resolveSettings([{ origin: 'command line', values }]);
  return buildPlan(buildFacts({ ssh, settings, ...(request && { request }) }));
};

describe('the agent', () => {
  it('is there for the hosts of the project’s remotes only', () => {
    const { ssh, environment, mounts } = planWith({ remotes: [github, odd] });
    expect(ssh).toEqual({
      agent: 'restricted',
      hosts: [github, odd],
      way: 'socket',
      reason: 'keys log in at git@github.com, [::1]:2222 only (the project’s remotes)',
    });
    expect(environment).toContainEqual(
      expect.objectContaining({ name: 'SSH_AUTH_SOCK', value: '/run/ai-sock/agent' }),
    );
    expect(mounts).toContainEqual(
      expect.objectContaining({
        source: '/home/ann/.docker-ai-config/runs/deadbeef/sock',
        target: '/run/ai-sock',
        readOnly: true,
      }),
    );
  });

  it.each([
    ['a project without ssh remotes', {}, undefined, undefined],
    ['--ssh none', { remotes: [github] }, 'none', undefined],
    [
      'a log-in',
      { remotes: [github] },
      'all',
      { kind: 'login', assistant: 'claude', signIn: { command: [] } } as unknown as Request,
    ],
  ])('is not there for %s', (_what, ssh, mode, request) => {
    const { ssh: plan, environment, mounts } = planWith(ssh, mode, request);
    expect(plan).toMatchObject({ agent: 'none', hosts: [] });
    expect(environment.map(({ name }) => name)).not.toContain('SSH_AUTH_SOCK');
    expect(mounts.map(({ target }) => target)).not.toContain('/run/ai-sock');
  });

  it.each([
    ['all', {}, { agent: 'all' }],
    ['git.example.com', { remotes: [github] }, { hosts: [{ host: 'git.example.com' }] }],
    ['ann@[::1]:22,b', {}, { hosts: [{ user: 'ann', host: '::1', port: 22 }, { host: 'b' }] }],
    [
      `SHA256:${'A'.repeat(43)}`,
      { remotes: [github] },
      { hosts: [github], fingerprints: [`SHA256:${'A'.repeat(43)}`] },
    ],
  ])('with --ssh %s is for what that says', (mode, ssh, wanted) => {
    expect(planWith(ssh, mode).ssh).toMatchObject(wanted);
  });

  it('signs commits where nobody logs in', () => {
    const settings = [
      { name: 'gpg.format', value: 'ssh' },
      { name: 'user.signingkey', value: 'key::ssh-ed25519 AAAA' },
    ];
    expect(buildPlan(buildFacts({ gitSettings: { settings } })).ssh).toEqual({
      agent: 'restricted',
      hosts: [],
      way: 'socket',
      reason: 'git signs with an ssh key; keys log in nowhere',
    });
  });

  it('is not for remotes that a session may have written', () => {
    const { ssh, notes } = planWith({ remotes: [github], fresh: [odd] });
    expect(ssh.hosts).toEqual([github]);
    expect(notes.join('\n')).toContain('keys do not log in at [::1]:2222, new in this project');
    expect(planWith({ remotes: [github], fresh: [odd] }, '[::1]:2222').notes).toEqual([]);
  });

  it('is relayed where the engine shares no sockets', () => {
    const facts = { ssh: { remotes: [github] }, engine: { sharesSockets: false } };
    const { ssh, environment, mounts, prepare } = buildPlan(buildFacts(facts));
    expect(ssh).toMatchObject({ agent: 'restricted', way: 'relay' });
    expect(mounts.map(({ target }) => target)).not.toContain('/run/ai-sock');
    expect(environment).toContainEqual(
      expect.objectContaining({ name: 'SSH_AUTH_SOCK', value: '/run/ai-sock/agent' }),
    );
    // The launcher's own socket is still there.
    expect(prepare.create).toContainEqual(
      expect.objectContaining({
        path: '/home/ann/.docker-ai-config/runs/deadbeef/sock',
        mode: 0o700,
      }),
    );
    expect(buildPlan(buildFacts({ engine: facts.engine })).ssh).not.toHaveProperty('way');
  });

  it('is no part of a pasted line', () => {
    const { line, leftOut } = printAsDockerRun(planWith({ remotes: [github] }));
    expect(line).not.toMatch(/SSH_AUTH_SOCK|ai-sock/);
    expect(leftOut).toContain('the ssh agent');
  });
});
