// What of GitHub's own program goes into a run.

import { describe, expect, it } from 'vitest';
import { builtInNames } from '../../../src/base/assistant-definition.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { planAsData, printAsDockerRun } from '../../../src/plan/print.ts';
import type { RunPlan } from '../../../src/plan/run-plan.ts';
import { buildFacts, type FactsInput } from '../../support/build-facts.ts';

const state = '/home/ann/.docker-ai-config';
const gitHub = { directory: `${state}/gh_config`, hosts: ['github.com'] };
const inside = '/home/ai/.config/gh';
const plan = (input: FactsInput): RunPlan => buildPlan(buildFacts(input));
const sources = ({ mounts }: RunPlan): string[] =>
  mounts.filter(({ target }) => target === inside).map(({ source }) => source);

describe('the login of gh', () => {
  it('is mounted where gh looks for it, as the user’s state', () => {
    const made = plan({ gitHub });
    expect(made.mounts).toContainEqual({
      ...{ role: 'state', source: gitHub.directory, target: inside, kind: 'directory' },
      ...{ readOnly: false, reason: 'the login of gh, for remotes over https' },
    });
    expect(made.prepare.create.map(({ path }) => path)).toContain(
      `${state}/runs/deadbeef/home/.config/gh`,
    );
    expect(printAsDockerRun(made).line).not.toContain('gh_config');
  });

  it.each(['/home/ai/.config/gh', '/home/ai/.config/gh/', '/home/ai/.config'])(
    'gives way to a mount of the user’s at %s',
    (target) => {
      const mounts = [
        { source: '/g', target, readOnly: true, kind: 'directory' as const, gid: 1000 },
      ];
      expect(sources(plan({ gitHub, mounts }))).toEqual(
        target === '/home/ai/.config' ? [] : ['/g'],
      );
    },
  );

  it('is not there without one, nor where nothing can be written', () => {
    expect(sources(plan({}))).toEqual([]);
    expect(sources(plan({ gitHub, state: { writable: '/tmp/x' } }))).toEqual([]);
  });
});

describe('a token of GitHub', () => {
  const reaches = (
    assistant: (typeof builtInNames)[number],
    isAsked: boolean,
    environment: Record<string, string>,
  ): string[] =>
    plan({
      request: { kind: 'exec', assistant, command: ['true'] },
      host: { environment },
      settings: { 'ssh.ghToken': isAsked },
    })
      .environment.filter(({ value }) => value === 'hush')
      .map(({ name, secret }) => `${name} ${secret ? 'secret' : 'plain'}`);

  it.each(builtInNames)('reaches %s as a secret if the user says so', (assistant) => {
    const name = (token: string): string[] => [`${token} secret`];
    expect(reaches(assistant, true, { GH_TOKEN: 'hush' })).toEqual(name('GH_TOKEN'));
    expect(reaches(assistant, true, { GITHUB_TOKEN: 'hush' })).toEqual(name('GITHUB_TOKEN'));
    expect(reaches(assistant, true, { GH_TOKEN: 'hush', GITHUB_TOKEN: 'x' })).toContain(
      'GH_TOKEN secret',
    );
    if (assistant !== 'copilot')
      expect(reaches(assistant, false, { GH_TOKEN: 'hush' })).toEqual([]);
  });

  it('is in no printed plan', () => {
    const made = plan({
      host: { environment: { GH_TOKEN: 'hush' } },
      settings: { 'ssh.ghToken': true },
    });
    expect(printAsDockerRun(made).line).toContain('--env GH_TOKEN ');
    expect(JSON.stringify([printAsDockerRun(made), planAsData(made)])).not.toContain('hush');
  });
});
