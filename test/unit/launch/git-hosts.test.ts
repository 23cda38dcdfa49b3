// A session can write remotes; a run with `network: allowlist` reaches only the hosts of those that were there before.

import { beforeEach, expect, it } from 'vitest';
import { rememberRemotes, sortGitHosts } from '../../../src/launch/confirm-remotes.ts';
import { makeWorld } from '../../../src/launch/world.ts';
import { buildFacts } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const project = { id: 'app-0123' };
const good = { host: 'git.example.com', origin: 'remote.origin.url' };
const evil = { host: 'evil.example.com', port: 8443, origin: 'remote.evil.url' };
let state: string;

beforeEach(() => {
  state = temporaryDirectory();
});

function run(hosts: readonly (typeof good)[]): string[] {
  const sorted = sortGitHosts(state, project, hosts);
  const world = makeWorld({
    ...{ packageRoot: '/nowhere', environment: { HOME: state }, directory: state },
    ...{ streams: process, emit: () => undefined },
    confirm: () => Promise.resolve(false),
    consent: () => Promise.resolve(false),
  });
  const facts = buildFacts({ project, state: { writable: state } });
  rememberRemotes(world, { ...facts, network: { ...sorted, registries: [] } });
  return sorted.gitHosts.map(({ host }) => host);
}

it('of a project that was never seen none is new', () => {
  expect(run([good, evil])).toEqual([good.host, evil.host]);
});

it('one that comes later is new, and stays so', () => {
  expect(run([good])).toEqual([good.host]);
  for (let times = 0; times < 3; times += 1) expect(run([good, evil])).toEqual([good.host]);
});

it('one that was there at the first run is known when it comes back, and a project without any was seen, too', () => {
  run([good]);
  run([]);
  expect(run([good])).toEqual([good.host]);
  state = temporaryDirectory();
  run([]);
  expect(run([evil])).toEqual([]);
});
