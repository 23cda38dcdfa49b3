// The preset `secure`: where it lies among the layers, what wins over it, and that it never loosens anything.

import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../src/cli/options.ts';
import { resolveSettings, type Layer } from '../../../src/settings/layers.ts';
import { looserThanSecure, overruledBySecure, withPreset } from '../../../src/settings/presets.ts';
import { reachesHost } from '../../../src/settings/trust.ts';

const layer = (origin: string, data: Readonly<Record<string, unknown>>): Layer => ({
  origin,
  values: Object.entries(data).map(([key, value]) => ({
    ...{ key, place: origin },
    value: { kind: 'data', data: value },
  })),
});
const flags = (data: Readonly<Record<string, string>>): Layer => ({
  origin: 'command line',
  values: Object.entries(data).map(([key, text]) => ({
    ...{ key, place: `--${key}` },
    value: { kind: 'flag', text },
  })),
});
const settle = (...layers: Layer[]): ReturnType<typeof resolveSettings> =>
  resolveSettings(withPreset(layers));

describe('secure', () => {
  it('changes nothing where it is off or not said', () => {
    const off = [layer('config.yaml', { auth: 'share' }), layer('.airc', { secure: false })];
    expect(withPreset(off)).toBe(off);
    expect(settle().settings).toMatchObject({ secure: false, auth: 'share', terminal: 'raw' });
  });

  it.each<[string, Layer]>([
    ['as a flag', flags({ secure: 'true' })],
    ['in a file', layer('config.yaml:3', { secure: true })],
    [
      'as a variable',
      {
        origin: 'environment',
        values: [{ key: 'secure', value: { kind: 'text', text: '1' }, place: 'AI_SECURE' }],
      },
    ],
  ])('%s sets what the preset holds', (_, on) => {
    const { settings, origins } = settle(on);
    expect(settings).toMatchObject({
      ...{ network: 'allowlist', protect: 'readonly' },
      ...{ auth: 'lend', terminal: 'safe', browser: 'print', memory: 8 * 1024 ** 3 },
    });
    expect(origins.auth).toMatch(on.origin === 'command line' ? /^--secure$/ : / \(secure\)$/);
    expect(looserThanSecure(settings)).toEqual([]);
  });

  it('is nothing against what stands beside it, or later', () => {
    const { settings } = settle(flags({ terminal: 'raw', secure: 'true' }));
    expect(settings).toMatchObject({ terminal: 'raw', auth: 'lend' });
    expect(looserThanSecure(settings)).toEqual(['terminal: raw']);
    const later = settle(layer('config.yaml', { secure: true }), flags({ memory: '64g' }));
    expect(later.settings).toMatchObject({ memory: 64 * 1024 ** 3, terminal: 'safe' });
    expect(looserThanSecure(later.settings)).toEqual(['memory: 64g']);
    const all = { memory: '4g', pids: 9000, ssh: 'all', 'ssh.ghToken': true };
    const more = settle(layer('config.yaml', { secure: true }), layer('environment', all));
    expect(looserThanSecure(more.settings)).toEqual([
      ...['pids: 9000', 'ssh.mode: all', 'ssh.ghToken: true'],
    ]);
  });

  it('overrules root and published ports of earlier layers, and says so; later ones are the user’s word', () => {
    const earlier = layer('config.yaml', { root: true, publish: ['3000'], pids: 9000 });
    const on = flags({ secure: 'true' });
    expect(settle(earlier, on).settings).toMatchObject({ root: false, publish: [], pids: 4096 });
    expect(overruledBySecure([earlier, on])).toEqual([
      ...['root (config.yaml)', 'publish (config.yaml)'],
    ]);
    expect(settle(on, earlier).settings).toMatchObject({ root: true });
    expect(overruledBySecure([earlier])).toEqual([]);
  });

  it('wins over what an earlier layer says', () => {
    const { settings } = settle(
      layer('config.yaml', { terminal: 'raw', auth: 'share' }),
      flags({ secure: 'true' }),
    );
    expect(settings).toMatchObject({ terminal: 'safe', auth: 'lend' });
  });

  it('loosens nothing: a limit that is set stays, and no network at all', () => {
    const before = layer('config.yaml', { memory: '2g', network: 'none' });
    const { settings } = settle(before, flags({ secure: 'true' }));
    expect(settings).toMatchObject({ memory: 2 * 1024 ** 3, network: 'none' });
  });

  it.each([
    [['--secure'], true],
    [['--no-secure'], false],
    [['--secure', '--no-secure'], false],
    [['--no-secure', '--secure'], true],
  ])('by %j over a file that has it on: %s', (args, expected) => {
    const flags = parseOptions(args, { passThrough: true }).settings;
    const { settings } = settle(layer('config.yaml', { secure: true }), flags);
    expect(settings).toMatchObject({ secure: expected, auth: expected ? 'lend' : 'share' });
    expect(looserThanSecure(settings)).toEqual([]);
  });

  it('counts as said last', () => {
    const on = layer('config.yaml', { secure: true });
    expect(settle(on, layer('.airc', { secure: false })).settings).toMatchObject({
      secure: false,
      auth: 'share',
    });
    expect(settle(layer('a', { secure: false }), on).settings).toMatchObject({ auth: 'lend' });
  });

  it.each<[string, unknown, boolean]>([
    ['secure', true, false],
    ['secure', false, true],
    ['secure', 'x', true],
    ['terminal', 'safe', false],
    ['terminal', 'raw', true],
    ['browser', 'open', true],
    ['browser', 'print', true],
  ])('of a project nobody trusts: %s %j reaches the host: %s', (key, data, expected) => {
    expect(reachesHost({ key, value: { kind: 'data', data }, place: '' }, [])).toBe(expected);
  });
});
