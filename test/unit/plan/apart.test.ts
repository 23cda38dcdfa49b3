// A run apart from the project: nothing of the user's tree is in it, and nothing of its conversation stays.

import { expect, it } from 'vitest';
import { builtInNames } from '../../../src/base/assistant-definition.ts';
import { factsApart, settingsApart } from '../../../src/plan/apart.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { buildFacts, plainRequest } from '../../support/build-facts.ts';

const request = {
  ...plainRequest,
  apart: true as const,
  prompt: { text: 'a question', headless: true },
};

it.each(builtInNames)(
  'of %s mounts nothing of the project, and keeps no conversation',
  (assistant) => {
    const given = buildFacts({
      request: { ...request, assistant },
      settings: {
        ...{ yolo: true, root: true, publish: ['80'], protect: 'readonly', 'ssh.ghToken': true },
      },
      secrets: { zai_key: 'key' },
      mounts: [
        { source: '/home/ann/app/x', target: '/x', readOnly: false, kind: 'directory', gid: 1000 },
      ],
      project: { git: undefined as never, package: 'a' },
      gitHub: { directory: '/home/ann/.docker-ai-config/gh_config', hosts: [] },
      host: { environment: { GH_TOKEN: 'token-of-gh' } },
      ssh: { remotes: [{ host: 'h', user: 'git', port: 22 } as never] },
    });
    const plan = buildPlan(factsApart({ ...given, settings: settingsApart(given.settings) }));
    const run = '/home/ann/.docker-ai-config/runs/deadbeef/';
    const ofUser = plan.mounts.filter(({ source }) => !source.startsWith(run));
    // The login that sessions renew together is all that is left of the state's own.
    expect(
      ofUser.map(({ source }) => source).filter((source) => !source.includes('/live/')),
    ).toEqual([]);
    expect(plan.mounts).toContainEqual(
      expect.objectContaining({ source: `${run}workspace`, target: '/workspace/app', role: 'run' }),
    );
    expect(plan.workingDirectory.path).toBe('/workspace/app');
    expect(plan).toMatchObject({
      watched: false,
      terminal: { tty: false, stdin: true },
      ssh: { agent: 'none' },
      network: { publish: [] },
      security: { capAdd: [] },
      limits: { timeout: { seconds: 300 } },
      project: { root: '/home/ann/app', id: 'app-0123456789ab' },
      notes: [],
    });
    expect(JSON.stringify(plan)).not.toMatch(/ssh\.ghToken|gh auth/);
    expect(plan.command.argv.join(' ')).toContain('a question');
    expect(plan.command.argv.join(' ')).not.toMatch(/yolo|skip-permissions|--auto\b/);
    // What the assistant notes of its directory is noted of the project.
    expect(plan.state.paths).toContainEqual({ outside: '/home/ann/app', inside: '/workspace/app' });
  },
);
