// Public keys as ssh-keygen writes them, and what only looks like one.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, isSshKey, readPublicKeyFile } from '../../../src/base/ssh-keys.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const directory = temporaryDirectory();

function makeKey(type: string, bits: string): { line: string; type: string; blob: string } {
  const file = path.join(directory, `${type}-${bits}`);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-b', bits, '-N', '', '-C', 'me', '-f', file]);
  const line = readFileSync(`${file}.pub`, 'utf8');
  const [name = '', blob = ''] = line.split(' ');
  return { line, type: name, blob };
}

const ed25519 = makeKey('ed25519', '256');

describe('a public key', () => {
  it.each([
    ['ed25519', '256'],
    ['rsa', '1024'],
    ['ecdsa', '256'],
    ['ecdsa', '384'],
    ['ecdsa', '521'],
  ])('is known: %s of %s bits', (kind, bits) => {
    const { line, type, blob } = kind === 'ed25519' ? ed25519 : makeKey(kind, bits);
    expect(isSshKey(type, blob)).toBe(true);
    expect(readPublicKeyFile(line)).toBe(`${type} ${blob}\n`);
    const listed = execFileSync('ssh-keygen', ['-l', '-f', '-'], { input: line, encoding: 'utf8' });
    expect(listed.split(' ')[1]).toBe(fingerprintOf(Buffer.from(blob, 'base64')));
  });

  const change = (at: number, to: number): string => {
    const bytes = Buffer.from(ed25519.blob, 'base64');
    bytes[at] = to;
    return bytes.toString('base64');
  };

  it.each([
    ['another type', 'ssh-rsa', ed25519.blob],
    ['an unknown type', 'ssh-new', ed25519.blob],
    ['a type that it does not begin with', 'ssh-ed25519', change(4, 0x41)],
    ['a length that is too great', 'ssh-ed25519', change(15, 0x7f)],
    ['too little of it', 'ssh-ed25519', ed25519.blob.slice(0, 60)],
    ['more than it', 'ssh-ed25519', `${ed25519.blob}AAAA`],
    ['no key at all', 'ssh-ed25519', 'AAAAC3NzaC1lZDI1NTE5'],
    ['other ways of base64', 'ssh-ed25519', `${ed25519.blob.slice(0, -1)}\n`],
    ['nothing', 'ssh-ed25519', ''],
    ['what is too long', 'ssh-rsa', 'A'.repeat(1_000_000)],
  ])('is not %s', (_, type, blob) => {
    expect(isSshKey(type, blob)).toBe(false);
    expect(readPublicKeyFile(`${type} ${blob} me\n`)).toBeUndefined();
  });

  it('is alone in its file', () => {
    expect(readPublicKeyFile(`  ${ed25519.line.trim()}\r\n\r\n`)).toBeDefined();
    expect(readPublicKeyFile(`${ed25519.line}${ed25519.line}`)).toBeUndefined();
    expect(readPublicKeyFile(`from="x" ${ed25519.line}`)).toBeUndefined();
  });
});
