import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isHostBelow,
  normaliseHost,
  parseHostEntry,
  standsFor,
} from '../../../src/base/host-name.ts';

describe('a name of a host', () => {
  it.each([
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['ｅxample。com', 'example.com'],
    ['_service.example.com', '_service.example.com'],
    ['localhost', 'localhost'],
    ['1.example.com', '1.example.com'],
  ])('%s is %s', (text, name) => {
    expect(normaliseHost(text)).toBe(name);
  });

  it.each([
    ...['', '.', '..', 'a..b', '.example.com', 'example.com..', '-a.com', 'a-.com'],
    ...[
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0x7f.1',
      'a.0x',
      '1.2.3.4.',
    ],
    ...['::1', '[::1]', '１２７.0.0.1', 'example.1'],
    ...['user@example.com', 'example.com:80', 'example.com/', 'example.com\0', 'exa mple.com'],
    ...['example%2ecom', 'example.com%00', 'example％2ecom', 'ex\u0000ample.com', 'exämple.com@b'],
    ...[`${'a'.repeat(64)}.com`, `${'a.'.repeat(130)}com`, 'a\r\nb.com', '*.example.com'],
  ])('%j is none', (text) => {
    expect(normaliseHost(text)).toBeUndefined();
  });

  it('in its form stays as it is, and is nothing but letters, digits, dots, - and _', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.domain()), (text) => {
        const name = normaliseHost(text);
        if (name === undefined) return;
        expect(name).toMatch(/^[a-z0-9_.-]+$/);
        expect(normaliseHost(name)).toBe(name);
        expect(URL.canParse(`http://${name}/`)).toBe(true);
        expect(new URL(`http://${name}/`).hostname).not.toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      }),
    );
  });
});

it('stands for what lies below it, by dots', () => {
  expect(isHostBelow('example.com', 'example.com')).toBe(true);
  expect(isHostBelow('api.example.com', 'example.com')).toBe(true);
  expect(isHostBelow('evilexample.com', 'example.com')).toBe(false);
  expect(isHostBelow('example.com.evil.com', 'example.com')).toBe(false);
  expect(isHostBelow('com', 'example.com')).toBe(false);
});

it('of one word stands for itself on a list: an alias of ssh like `dev` opens no domain', () => {
  expect(standsFor({ host: 'dev' }, 'dev')).toBe(true);
  expect(standsFor({ host: 'dev' }, 'evil.dev')).toBe(false);
  expect(standsFor({ host: 'example.com' }, 'api.example.com')).toBe(true);
  expect(standsFor({ host: 'example.com' }, 'com')).toBe(false);
});

it('may have a port', () => {
  expect(parseHostEntry('Example.com:8443')).toEqual({ host: 'example.com', port: 8443 });
  expect(parseHostEntry('example.com')).toEqual({ host: 'example.com' });
  for (const text of ['example.com:', 'example.com:0', 'example.com:70000', 'a:1:2', ':80', 'a:08'])
    expect(parseHostEntry(text), text).toBeUndefined();
});
