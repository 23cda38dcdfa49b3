// The registries that package managers say they use: asked for, where they are installed, away from any project.

import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import {
  askRegistries,
  type AskOptions,
  type KeptAnswers,
} from '../../../src/read/ask-registries.ts';
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

const asked = async (
  environment: Readonly<Record<string, string>> = {},
  options: Pick<AskOptions, 'kept'> = {},
): Promise<string[]> => {
  const { hosts } = await askRegistries({
    ...{ environment: { PATH: `${bin}:/usr/bin:/bin`, HOME: home, ...environment }, cwd: home },
    ...options,
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

it('are those, too, where an index has its files, as its pages say', async () => {
  program('npm', 'exit 1');
  program(
    'pip3',
    `case "$*" in *-vv*) cat <<'END'
Looking in indexes: https://pip.example.com/simple
Fetched page https://pip.example.com/simple/pip/ as text/html
  Found link https://files.example.com:8443/a/pip-1.whl#sha256=aa (from https://pip.example.com/simple/pip/), version: 1
  Found link https://files.example.com:8443/a/pip-2.whl (from https://pip.example.com/simple/pip/), version: 2
  Skipping link: unsupported archive format: .exe: https://old.example.com/pip.exe (from https://pip.example.com/)
WARNING: see https://help.example.com
END
exit 1 ;; esac`,
  );
  expect(await asked()).toEqual(
    ['files.example.com:8443', 'old.example.com'].map((host) => `${host} files of pip’s index`),
  );
});

it('are without those of an index that is out of reach, and nobody waits for it', async () => {
  program('npm', 'exit 1');
  program(
    'pip3',
    'case "$*" in *-vv*) sleep 60 ;; *) echo "--index-url https://a.example.com"; echo "  -x" ;; esac',
  );
  const { hosts, silent } = await askRegistries({
    ...{ environment: { PATH: `${bin}:/usr/bin:/bin` }, cwd: home, limit: 1000 },
  });
  expect(hosts.map(({ host }) => host)).toEqual(['a.example.com']);
  expect(silent).toEqual([]);
});

it('are asked for in the directory that was given, where no project says another one', async () => {
  program('npm', `echo "https://$(basename "$(pwd -P)").example.com/"`);
  program('pip3', 'exit 1');
  expect(await asked()).toEqual([
    `${path.basename(realpathSync(home)).toLowerCase()}.example.com npm’s registry`,
  ]);
});

it('are waited for no longer than that, and who is silent is named', async () => {
  program('npm', 'echo https://npm.example.com/');
  program('pip3', 'sleep 60');
  program('go', 'exit 1');
  const { hosts, silent } = await askRegistries({
    ...{ environment: { PATH: `${bin}:/usr/bin:/bin` }, cwd: home, limit: 1000 },
  });
  expect(hosts.map(({ host }) => host)).toEqual(['npm.example.com']);
  expect(silent).toEqual(['pip3']);
});

it('end with the user’s interruption', async () => {
  program('pip3', 'sleep 60');
  const interruption = new AbortController();
  const answer = askRegistries({
    ...{ environment: { PATH: `${bin}:/usr/bin:/bin` }, cwd: home, limit: 30_000 },
    interrupt: interruption.signal,
  });
  interruption.abort();
  await expect(answer).rejects.toThrow('AI_INTERRUPTED');
});

it('are not what npm says of the project that has started us, nor what python finds there', async () => {
  program('npm', 'echo "$npm_config_registry"; echo "$NPM_CONFIG_REGISTRY"');
  program('pip3', 'echo "--index-url https://pip.example.com$PYTHONPATH$VIRTUAL_ENV"; echo "  -x"');
  const both = {
    npm_config_registry: 'https://project.example.com/',
    NPM_CONFIG_REGISTRY: 'https://user.example.com/',
    PYTHONPATH: '.evil.example.com',
    VIRTUAL_ENV: '.evil.example.com',
  };
  const pip = 'pip.example.com pip’s index';
  expect(await asked({ ...both, npm_lifecycle_event: 'start' })).toEqual([
    ...['user.example.com npm’s registry', pip],
  ]);
  expect(await asked({ ...both, npm_execpath: '/npm-cli.js' })).toEqual([
    ...['user.example.com npm’s registry', pip],
  ]);
  expect(await asked(both)).toEqual([
    ...['project.example.com npm’s registry', 'user.example.com npm’s registry', pip],
  ]);
});

it('are asked for once, until a program, a file of its settings or a variable is another', async () => {
  const texts = new Map<string, readonly string[]>();
  const kept: KeptAnswers = {
    get: (key) => texts.get(key),
    put: (key, value) => texts.set(key, value),
  };
  const count = path.join(home, 'count');
  const times = (): number => readFileSync(count, 'utf8').length;
  program('npm', `printf x >>"${count}"; echo https://npm.example.com/`);
  program('pip3', 'exit 1');
  program('go', 'exit 1');
  const all = ['npm.example.com npm’s registry'];
  expect(await asked({}, { kept })).toEqual(all);
  expect(await asked({}, { kept })).toEqual(all);
  expect(times()).toBe(1);
  writeFileSync(path.join(home, '.npmrc'), 'registry=https://npm.example.com/\n');
  await asked({}, { kept });
  expect(times()).toBe(2);
  await asked({ NPM_CONFIG_REGISTRY: 'https://x.example.com/' }, { kept });
  expect(times()).toBe(3);
  program('npm', `printf xx >>"${count}"; echo https://npm.example.com/`);
  await asked({}, { kept });
  expect(times()).toBe(5);
});
