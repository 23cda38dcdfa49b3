// Which runs have a way to the user's browser, and which open anything there.

import { describe, expect, it } from 'vitest';
import { toContainer } from '../../../src/engines/docker/to-container.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { Request } from '../../../src/plan/facts.ts';
import { printAsDockerRun } from '../../../src/plan/print.ts';
import type { RunPlan } from '../../../src/plan/run-plan.ts';
import { withoutSockets } from '../../../src/plan/sockets.ts';
import { desktopOf } from '../../../src/read/desktop.ts';
import { buildFacts, plainRequest, type FactsInput } from '../../support/build-facts.ts';

const desktop = { host: { desktop: 'xdg-open' as const } };
const planOf = (input: FactsInput = {}): RunPlan => buildPlan(buildFacts({ ...desktop, ...input }));
const headless: Request = { ...plainRequest, prompt: { text: 'hi', headless: true } };
const login = { kind: 'login', assistant: 'claude', signIn: { command: [] } } as unknown as Request;
const noTerminal = { terminal: { stdin: false, stdout: false } };
const relayed = { engine: { sharesSockets: false } };

describe('the browser', () => {
  it('is the desktop’s at a terminal: a socket, a variable, and nothing of the display', () => {
    const plan = planOf();
    expect(plan.browser).toEqual({ opener: 'xdg-open', reason: 'setting browser: open' });
    expect(plan.mounts).toContainEqual(
      expect.objectContaining({ target: '/run/ai-sock', readOnly: true, role: 'run' }),
    );
    const names = plan.environment.map(({ name }) => name);
    expect(plan.environment).toContainEqual(
      expect.objectContaining({ name: 'BROWSER', value: '/run/ai/bin/xdg-open' }),
    );
    expect(names).not.toContain('DISPLAY');
    expect(names).not.toContain('WAYLAND_DISPLAY');
  });

  it('is another one where the user says so', () => {
    const plan = planOf({ settings: { env: { BROWSER: 'lynx' } } });
    expect(plan.environment.filter(({ name }) => name === 'BROWSER')).toMatchObject([
      { value: 'lynx' },
    ]);
  });

  it.each<[string, FactsInput, string]>([
    ['by setting', { settings: { browser: 'print' } }, 'browser: print'],
    ['without a network', { settings: { network: 'none' } }, 'network: none'],
    ['without a terminal', noTerminal, 'nobody is at a terminal'],
    ['in a headless turn', { request: headless }, 'nobody is at a terminal'],
    ['over ssh', { host: { desktop: 'ssh' } }, 'you are here by ssh'],
    ['without a desktop', { host: {} }, 'this machine has no desktop'],
  ])('opens nothing %s, and says pages', (_, input, reason) => {
    expect(planOf(input).browser).toEqual({ reason });
  });

  it.each<[string, FactsInput]>([
    ['with --browser off', { settings: { browser: 'off' } }],
    ['for a log-in, whose page is opened as it is printed', { request: login }],
    ['where a relay would be needed and nobody is at a terminal', { ...noTerminal, ...relayed }],
  ])('is not there %s', (_, input) => {
    const plan = planOf(input);
    expect(plan.browser).toBeUndefined();
    expect(plan.environment.map(({ name }) => name)).not.toContain('BROWSER');
    expect(plan.mounts.map(({ target }) => target)).not.toContain('/run/ai-sock');
  });

  it('is relayed where the engine shares no sockets, and no start waits for that', () => {
    const body = toContainer(planOf(relayed), { inside: '/i' }) as { Env: string[] };
    expect(body).toHaveProperty(['HostConfig', 'Tmpfs', '/run/ai-sock']);
    expect(body.Env.join()).not.toContain('AI_AWAIT');
  });

  it('is no part of a pasted line, nor of containers that have something else to do', () => {
    const { line, leftOut } = printAsDockerRun(planOf());
    expect(line).not.toContain('BROWSER');
    expect(leftOut).toContain('the way to your browser');
    expect(withoutSockets(planOf()).browser).toBeUndefined();
  });
});

it.each([
  ['a Mac', {}, 'darwin', 'open'],
  ['a Mac by ssh', { SSH_CONNECTION: 'a' }, 'darwin', 'ssh'],
  ['X', { DISPLAY: ':0' }, 'linux', 'xdg-open'],
  ['Wayland', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', 'xdg-open'],
  ['X by ssh', { DISPLAY: 'localhost:10.0', SSH_TTY: '/dev/pts/1' }, 'linux', 'ssh'],
  ['none', { DISPLAY: '' }, 'linux', undefined],
] as const)('the desktop of %s', (_, environment, platform, expected) => {
  expect(desktopOf(environment, platform)).toBe(expected);
});
