import { expect, it } from 'vitest';
import { compareVersions } from '../../../src/base/version-order.ts';

it('puts versions in the order of semver.org', () => {
  const ordered = [
    ...['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2'],
    ...['1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.0.9', '1.0.10', '1.2.0', '1.10.0', '2.0.0'],
  ];
  for (const [index, older] of ordered.entries())
    for (const newer of ordered.slice(index + 1)) {
      expect(compareVersions(older, newer), `${older} < ${newer}`).toBeLessThan(0);
      expect(compareVersions(newer, older), `${newer} > ${older}`).toBeGreaterThan(0);
    }
});

it.each([
  ['1.2.3', '1.2.3'],
  ['v1.2.3', '1.2.3'],
  ['1.2.3+build.1', '1.2.3+build.2'],
])('takes %s and %s for the same', (a, b) => {
  expect(compareVersions(a, b)).toBe(0);
});
