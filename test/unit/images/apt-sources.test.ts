// The mirrors of a Debian host, from both formats of apt's files.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostMirrors } from '../../../src/images/apt-sources.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const deb822 = `# comment
Types: deb deb-src
# URIs: http://commented.example/debian
URIs: http://mirror.example/debian/
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 URIs: http://key.example
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;

const oneLine = `# deb http://commented.example/debian bookworm main
deb-src http://sources.example/debian bookworm main
deb cdrom:[Debian 12]/ bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://mirror.example/debian bookworm main # ours
deb http://security.example/debian-security bookworm-security main
`;

const foreign = `deb https://packages.example/apt some-tool main
Types: deb
`;

describe('the mirrors of the host', () => {
  it.each<[string, Record<string, string>, object]>([
    [
      'deb822 with several suites, comments and a key inside',
      { 'sources.list.d/debian.sources': deb822 },
      { main: 'http://mirror.example/debian', security: 'http://mirror.example/debian-security' },
    ],
    [
      'one-line with options, other types and comments',
      { 'sources.list': oneLine },
      {
        main: 'https://mirror.example/debian',
        security: 'http://security.example/debian-security',
      },
    ],
    [
      'one-line beside other vendors',
      { 'sources.list.d/a-tool.list': foreign, 'sources.list.d/debian.list': oneLine },
      {
        main: 'https://mirror.example/debian',
        security: 'http://security.example/debian-security',
      },
    ],
    [
      'a disabled source',
      {
        'sources.list.d/debian.sources': deb822.replace(
          'Types: deb deb-src',
          'Enabled: no\nTypes: deb',
        ),
      },
      { security: 'http://mirror.example/debian-security' },
    ],
    ['files that apt does not read', { 'sources.list.d/debian.sources.bak': deb822 }, {}],
    ['a vendor alone', { 'sources.list.d/a-tool.list': foreign }, {}],
    ['no sources at all', {}, {}],
  ])('%s', (_, files, expected) => {
    expect(hostMirrors(hostWith('ID=debian', files))).toEqual(expected);
  });

  it.each(['ID=ubuntu\nID_LIKE=debian', 'ID=fedora', ''])(
    'are none where the host says %j',
    (release) => {
      expect(hostMirrors(hostWith(release, { 'sources.list': oneLine }))).toEqual({});
    },
  );
});

function hostWith(release: string, aptFiles: Record<string, string>): string {
  const root = temporaryDirectory();
  mkdirSync(path.join(root, 'etc/apt/sources.list.d'), { recursive: true });
  writeFileSync(path.join(root, 'etc/os-release'), `NAME=x\n${release}\n`);
  for (const [name, text] of Object.entries(aptFiles))
    writeFileSync(path.join(root, 'etc/apt', name), text);
  return root;
}
