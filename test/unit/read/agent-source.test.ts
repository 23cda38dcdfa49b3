// Which socket is the user’s agent.

import { describe, expect, it } from 'vitest';
import { findAgent } from '../../../src/read/agent-source.ts';

const forwarded = '/run/host-services/ssh-auth.sock';

describe('the agent', () => {
  it.each([
    ['SSH_AUTH_SOCK', { SSH_AUTH_SOCK: '/a' }, [], '/a'],
    ['no variable, nothing forwarded', {}, [], undefined],
    ['an empty variable', { SSH_AUTH_SOCK: '' }, [], undefined],
    ['IdentityAgent', { SSH_AUTH_SOCK: '/a' }, [undefined, '/b'], '/b'],
    ['IdentityAgent in the home', {}, ['~/x y/agent.sock'], '/home/ann/x y/agent.sock'],
    ['IdentityAgent by %d', {}, ['%d/.1password/agent.sock'], '/home/ann/.1password/agent.sock'],
    ['IdentityAgent none', { SSH_AUTH_SOCK: '/a' }, ['none'], undefined],
    ['IdentityAgent SSH_AUTH_SOCK', { SSH_AUTH_SOCK: '/a' }, ['SSH_AUTH_SOCK'], '/a'],
    ['IdentityAgent $VARIABLE', { MINE: '/c' }, ['$MINE'], '/c'],
    ['IdentityAgent ${VARIABLE}', { MINE: '/c' }, ['${MINE}'], '/c'],
    ['a variable that is not set', { SSH_AUTH_SOCK: '/a' }, ['$MINE'], undefined],
  ])('by %s', (_what, environment, configured, wanted) => {
    expect(findAgent(environment, '/home/ann', configured, () => false)).toBe(wanted);
  });

  it('is the one that a virtual machine has of the machine around it, where nothing else is said', () => {
    const exists = (file: string): boolean => file === forwarded;
    expect(findAgent({}, '/home/ann', [], exists)).toBe(forwarded);
    expect(findAgent({ SSH_AUTH_SOCK: '/a' }, '/home/ann', [], exists)).toBe('/a');
    expect(findAgent({}, '/home/ann', ['none'], exists)).toBeUndefined();
  });
});
