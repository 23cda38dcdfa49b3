// The registries that package managers say they use: asked for, where they are installed, away from any project.

import { chmodSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { askRegistries } from '../../../src/read/ask-registries.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
let bin: string;
beforeEach(() => {
  home = temporaryDirectory();
  bin = path.join(home, 'bin');
  mkdirSync(bin);
});

function program(name: string, script: string): void {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, name), 0o755);
}

const asked = async (): Promise<string[]> => {
  const hosts = await askRegistries({
    environment: { PATH: `${bin}:/usr/bin:/bin`, HOME: home },
    cwd: home,
  });
  return hosts.map(({ host, port, origin }) => `${host}${port ? `:${port}` : ''} ${origin}`);
};

it('are none where none of them says any', async () => {
  program('npm', 'echo undefined; exit 1');
  program('pip3', 'echo "Usage: pip"');
  program('go', 'echo off; echo off');
  expect(await asked()).toEqual([]);
});

it('are what each says, its own default too', async () => {
  program(
    'npm',
    '[ "$*" = "config get registry --loglevel=silent" ] && echo https://npm.example.com/',
  );
  program(
    'pip3',
    `cat <<'END'
  --proxy <proxy>             like https://other.example.com
  -i, --index-url <url>       Base URL of the Python Package Index (default
                              https://pip.example.com:8443/simple). This
  --extra-index-url <url>     Extra URLs, https://more.example.com
END`,
  );
  program(
    'go',
    'echo "https://go.example.com,direct"; echo "sum.example.com+key https://x.example.com"',
  );
  expect(await asked()).toEqual([
    'npm.example.com npm’s registry',
    'pip.example.com:8443 pip’s index',
    'go.example.com go’s proxy',
    'sum.example.com go’s proxy',
    'x.example.com go’s proxy',
  ]);
});

it('are asked for in the directory that was given, where no project says another one', async () => {
  program('npm', `echo "https://$(basename "$(pwd -P)").example.com/"`);
  program('pip3', 'exit 1');
  expect(await asked()).toEqual([
    `${path.basename(realpathSync(home)).toLowerCase()}.example.com npm’s registry`,
  ]);
});
