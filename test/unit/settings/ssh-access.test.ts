// How the setting `ssh` is written: as a flag, in the environment, in config.yaml.

import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../src/cli/options.ts';
import { environmentLayer, resolveSettings } from '../../../src/settings/layers.ts';
import { parseHost } from '../../../src/settings/ssh-access.ts';

const key = `SHA256:${'x'.repeat(43)}`;
const ofFlags = (...args: string[]) =>
  resolveSettings([parseOptions(args, { passThrough: true }).settings]).settings['ssh.mode'];
const ofData = (name: string, data: unknown) =>
  resolveSettings([
    { origin: 'f', values: [{ key: name, value: { kind: 'data', data }, place: 'f:1' }] },
  ]).settings['ssh.mode'];

describe('ssh access', () => {
  it('is for remotes unless something else is said', () => {
    expect(ofFlags()).toEqual(['remotes']);
  });

  it.each([
    [['--ssh', 'all'], ['all']],
    [['--no-ssh'], ['none']],
    [['--ssh', 'all', '--no-ssh'], ['none']],
    [['--no-ssh', '--ssh', 'remotes'], ['remotes']],
    [
      ['--ssh', `github.com, ann@host:2222 ${key}`],
      ['github.com', 'ann@host:2222', key],
    ],
  ])('by flags %j is %j', (args, wanted) => {
    expect(ofFlags(...args)).toEqual(wanted);
  });

  it.each(['', ',', '-oProxyCommand=x', 'a;b', 'all,github.com', 'SHA256:short', '$(x)'])(
    'is not “%s”',
    (text) => {
      expect(() => ofFlags('--ssh', text)).toThrow('AI_SETTING_INVALID');
    },
  );

  it('is set by the name of the group or of its main field', () => {
    expect(ofData('ssh', 'none')).toEqual(['none']);
    expect(ofData('ssh.mode', ['a', 'b'])).toEqual(['a', 'b']);
    const { layer } = environmentLayer({ AI_SSH: 'all' });
    expect(resolveSettings([layer]).settings['ssh.mode']).toEqual(['all']);
    const { layer: long } = environmentLayer({ AI_SSH_MODE: 'none' });
    expect(resolveSettings([long]).settings['ssh.mode']).toEqual(['none']);
  });

  it.each([
    ['host', { host: 'host' }],
    ['u@host', { user: 'u', host: 'host' }],
    ['host:22', { host: 'host', port: 22 }],
    ['[::1]:22', { host: '::1', port: 22 }],
    ['none', undefined],
    ['a b', undefined],
    ['host:99999', undefined],
    ['-a', undefined],
  ])('has hosts like %s', (word, wanted) => {
    expect(parseHost(word)).toEqual(wanted);
  });
});
