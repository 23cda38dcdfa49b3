import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readPackageRegistries } from '../../../src/read/package-registries.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

function hosts(
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): string[] {
  const home = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    writeFileSync(path.join(home, name), text);
  }
  const root = temporaryDirectory();
  const found = readPackageRegistries({
    ...{ home, root, environment: { npm_config_prefix: root, ...environment } },
  });
  return found.map(({ host, port, origin }) => `${host}${port ? `:${port}` : ''} ${origin}`);
}

it('finds the registries of npm, scoped ones too', () => {
  const npmrc = [
    '; a comment with registry=https://no.example',
    'registry=https://user:pass@npm.example.com:8443/a/',
    '@team:registry = "http://team.example.com"',
    '//npm.example.com/:_authToken=secret',
  ].join('\n');
  expect(hosts({ '.npmrc': npmrc }, { NPM_CONFIG_REGISTRY: 'https://env.example.com/' })).toEqual([
    'env.example.com npm’s registry',
    'npm.example.com:8443 npm’s registry',
    'team.example.com npm’s registry',
  ]);
});

it('takes nothing that npm says of the project that has started us', () => {
  const npmrc = {
    '.npmrc': 'registry=https://user.example.com/\n',
    'p/.npmrc': 'registry=https://evil.example.com/\n',
  };
  const given = {
    npm_config_registry: 'https://evil.example.com/',
    npm_config_userconfig: '/none',
  };
  const user = ['user.example.com npm’s registry'];
  expect(hosts(npmrc, { ...given, npm_lifecycle_event: 'start' })).toEqual(user);
  expect(hosts(npmrc, { ...given, npm_execpath: '/npm-cli.js' })).toEqual(user);
});

it('finds the indexes of pip, on lines of their own too, and no proxies', () => {
  const conf = [
    '[global]',
    'index-url = https://pip.example.com/simple',
    'extra-index-url =',
    '    https://one.example.com/simple',
    '    https://two.example.com/simple',
    'proxy = http://proxy.example.com:8080',
  ].join('\n');
  const files = { '.config/pip/pip.conf': conf };
  expect(
    hosts(files, { PIP_EXTRA_INDEX_URL: 'https://a.example.com https://b.example.com' }),
  ).toEqual(['a', 'b', 'pip', 'one', 'two'].map((name) => `${name}.example.com pip’s index`));
});

it('finds cargo’s and go’s', () => {
  const config = '[source.mirror]\nregistry = "sparse+https://crates.example.com/index/"\n';
  const files = {
    '.cargo/config.toml': config,
    '.config/go/env': 'GOPROXY=https://go.example.com,direct\n',
  };
  expect(hosts(files)).toEqual([
    'crates.example.com cargo’s registry',
    'go.example.com go’s proxy',
  ]);
});

it('takes no addresses, files, or nonsense for hosts', () => {
  const npmrc =
    'registry=http://10.0.0.1:4873/\n@a:registry=https://[::1]/\n@b:registry=https://%00/\n';
  expect(
    hosts({ '.npmrc': npmrc }, { GOPROXY: 'off', PIP_INDEX_URL: 'file:///opt/simple' }),
  ).toEqual([]);
});

it('finds the registries that cargo has used before, and where they have their files', () => {
  const index = (name: string): string => `.cargo/registry/index/${name}/config.json`;
  const files = {
    [index('cargo.example.com-6f17d22bba15001f')]:
      '{"dl": "https://files.example.com:8443/{crate}", "api": "https://api.example.com"}',
    [index('old.example.com-1ecc6299db9ec823')]: 'no JSON',
    '.cargo/registry/index/CACHEDIR.TAG': '',
  };
  expect(hosts(files)).toEqual([
    'cargo.example.com cargo’s registry',
    'files.example.com:8443 cargo’s registry',
    'old.example.com cargo’s registry',
  ]);
});
