// Which engines the user has named: those are not set up.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { namedEngine, type NamingInput } from '../../../src/setup/named.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

function homeWith(config: string): string {
  const home = temporaryDirectory();
  mkdirSync(path.join(home, '.docker'));
  writeFileSync(path.join(home, '.docker/config.json'), config);
  return home;
}

const nothing: NamingInput = {
  host: undefined,
  context: undefined,
  environment: {},
  home: '/none',
};

describe('an engine is named', () => {
  it.each<[what: string, input: () => Partial<NamingInput>, name: string | undefined]>([
    ['by nothing', () => ({}), undefined],
    [
      'by the setting host',
      () => ({ host: 'tcp://a', environment: { DOCKER_HOST: 'tcp://b' } }),
      'host tcp://a',
    ],
    [
      'by the setting context',
      () => ({ context: 'c', environment: { DOCKER_HOST: 'tcp://b' } }),
      'context c',
    ],
    [
      'by DOCKER_HOST',
      () => ({ environment: { DOCKER_HOST: 'tcp://b', DOCKER_CONTEXT: 'd' } }),
      'DOCKER_HOST tcp://b',
    ],
    ['by DOCKER_CONTEXT', () => ({ environment: { DOCKER_CONTEXT: 'd' } }), 'DOCKER_CONTEXT d'],
    [
      'not by empty variables',
      () => ({ environment: { DOCKER_HOST: '', DOCKER_CONTEXT: '' } }),
      undefined,
    ],
    [
      'by docker’s current context',
      () => ({ home: homeWith('{"currentContext":"far"}') }),
      'docker context far',
    ],
    [
      'not by the default context',
      () => ({ home: homeWith('{"currentContext":"default"}') }),
      undefined,
    ],
    [
      'not where DOCKER_CONTEXT takes the default again',
      () => ({
        home: homeWith('{"currentContext":"far"}'),
        environment: { DOCKER_CONTEXT: 'default' },
      }),
      undefined,
    ],
    ['not by a broken file', () => ({ home: homeWith('{') }), undefined],
    [
      'where DOCKER_CONFIG says',
      () => ({
        environment: { DOCKER_CONFIG: path.join(homeWith('{"currentContext":"x"}'), '.docker') },
      }),
      'docker context x',
    ],
  ])('%s', (_what, input, expected) => {
    const named = namedEngine({ ...nothing, ...input() });
    expect(named && `${named.by} ${named.name}`).toBe(expected);
  });
});
