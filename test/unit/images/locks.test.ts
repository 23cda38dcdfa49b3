// Locks: the release brings one for each of its versions, others are named by versions.json or kept from a first build.

import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NpmPackage } from '../../../src/assistants/assistant.ts';
import { pinnedVersion } from '../../../src/assistants/pins.ts';
import { lockFor, lockName, locksDirectory } from '../../../src/images/locks.ts';
import { makeLock, plainLock } from '../../../src/images/package-lock.ts';
import {
  lockedVersion,
  parseLock,
  releaseLockFile,
  releasePackages,
} from '../../support/release-locks.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const root = path.join(import.meta.dirname, '../../..');

describe('the locks of a release', () => {
  it('are there for every package that it pins, and for no other', () => {
    expect(readdirSync(path.join(root, 'templates/locks')).sort()).toEqual(
      releasePackages.map(({ name }) => `${name}.json`).sort(),
    );
  });

  it.each(releasePackages)('have $name in its pinned version (else: npm run locks)', (program) => {
    const lock = parseLock(readFileSync(releaseLockFile(root, program), 'utf8'));
    expect(lockedVersion(lock, program)).toBe(pinnedVersion(program));
    expect(lock.packages['']?.dependencies).toEqual({ [program.npm]: pinnedVersion(program) });
  });

  it.each(releasePackages)('have the integrity of all of $name, and no registry', (program) => {
    const text = readFileSync(releaseLockFile(root, program), 'utf8');
    for (const [place, entry] of Object.entries(parseLock(text).packages)) {
      if (place === '') continue;
      expect(entry.integrity, place).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
      expect(entry, place).not.toHaveProperty('resolved');
    }
    expect(text).not.toMatch(/registry|\.tgz/);
  });

  it.each(['claude', 'codex', 'opencode', 'copilot'])('have %s for amd64 and for arm64', (name) => {
    const text = readFileSync(path.join(root, 'templates/locks', `${name}.json`), 'utf8');
    expect(text).toMatch(/linux-x64/);
    expect(text).toMatch(/linux-arm64/);
  });
});

describe('the lock of a version', () => {
  const program: NpmPackage = { name: 'claude', npm: '@maker/claude', command: 'claude' };
  const own: NpmPackage = { ...program, version: '1.2.3', own: true };
  const templates = temporaryDirectory();
  const images = temporaryDirectory();
  const write = (directory: string, name: string): void => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, name), `lock ${name}`);
  };
  write(path.join(templates, 'locks'), 'claude.json');
  write(locksDirectory(images), 'updated.json');
  write(locksDirectory(images), '@maker+claude@1.2.3.json');
  const places = { templates, images };

  it('is the release’s own for the version that it pins', () => {
    const version = pinnedVersion(program);
    expect(lockFor(program, { version }, places)).toBe('lock claude.json');
    expect(lockFor({ ...own, version }, { version }, places)).toBeUndefined();
  });

  it('is the one that an update or a pin names', () => {
    const chosen = { version: '1.1.0', lock: 'updated.json' };
    expect(lockFor(program, chosen, places)).toBe('lock updated.json');
  });

  it('is the one that the first build of a version has left', () => {
    const kept = 'lock @maker+claude@1.2.3.json';
    expect(lockFor(own, { version: '1.2.3' }, places)).toBe(kept);
    expect(lockFor(program, { version: '1.2.3' }, places)).toBe(kept);
  });

  it('is none where there was no build yet', () => {
    expect(lockFor(own, { version: '1.2.4' }, places)).toBeUndefined();
  });

  it('has a name that leads nowhere else, and that versions.json may hold', () => {
    expect(lockName('@scope/name', '1.2.3-beta.1+5')).toBe('@scope+name@1.2.3-beta.1+5.json');
    expect(lockName('../../etc', '1/../../x')).not.toContain('/');
  });
});

describe('a lock that npm makes', () => {
  const entry = { version: '1.2.3', integrity: 'sha512-x' };
  const address = 'http://registry.invalid/it.tgz';

  it('says no registry, and where from what no registry has', () => {
    const git = { version: '2.0.0', resolved: 'git+ssh://git@host.invalid/it.git#0123456' };
    const made = plainLock(
      JSON.stringify({
        lockfileVersion: 3,
        packages: { 'node_modules/it': { ...entry, resolved: address }, 'node_modules/git': git },
      }),
    );
    expect(JSON.parse(made ?? '')).toEqual({
      lockfileVersion: 3,
      packages: { 'node_modules/it': entry, 'node_modules/git': git },
    });
    expect(plainLock('{}')).toBeUndefined();
    expect(plainLock('no JSON')).toBeUndefined();
  });

  /** An npm that writes what it is told, for the one package that it knows. */
  function withNpm(script: string): { environment: Record<string, string>; cwd: string } {
    const bin = temporaryDirectory();
    writeFileSync(path.join(bin, 'npm'), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, 'npm'), 0o755);
    return { environment: { PATH: `${bin}:/usr/bin:/bin` }, cwd: temporaryDirectory() };
  }

  it('is made of the wanted version alone, and leaves nothing behind', async () => {
    const lock = JSON.stringify({ packages: { it: { ...entry, resolved: address } } });
    const options = withNpm(
      `grep -q '"it":"1.2.3"' package.json && echo '${lock}' > package-lock.json`,
    );
    const made = await makeLock('it', '1.2.3', options);
    expect(JSON.parse(made)).toEqual({ packages: { it: entry } });
    expect(readdirSync(options.cwd)).toEqual([]);
  });

  it.each([
    ['npm', 'npm error code ETARGET'],
    ['network', 'npm error code ECONNREFUSED'],
  ])('is none where npm fails: %s', async (step, words) => {
    const options = withNpm(`echo ${words}; exit 1`);
    await expect(makeLock('it', '9.9.9', options)).rejects.toMatchObject({
      code: 'AI_LOCK_FAILED',
      facts: { package: 'it@9.9.9', step, output: words },
    });
    expect(readdirSync(options.cwd)).toEqual([]);
  });

  it('is none without npm', async () => {
    const environment = { PATH: temporaryDirectory() };
    await expect(
      makeLock('it', '1.2.3', { environment, cwd: temporaryDirectory() }),
    ).rejects.toMatchObject({ code: 'AI_LOCK_FAILED', facts: { step: 'npmMissing' } });
  });
});
