// Which registries the user's own package managers are set to, read from their files and variables: to ask the programs takes
// half a second. Nothing of a project counts: a cloned .npmrc must not open a way out.

import { readdirSync, realpathSync } from 'node:fs';
import { path } from '../base/path.ts';
import { readRegularFile } from '../host/files.ts';
import { withoutNpmRun } from '../host/npm.ts';
import { hostOfUrl } from '../plan/egress.ts';
import type { NamedHost } from '../plan/network-facts.ts';

export interface RegistryOptions {
  home: string;
  environment: Readonly<Partial<Record<string, string>>>;
  /** For tests: where `/etc` is. */
  root?: string;
}

/** Without those that are on no host: files, and whatever is malformed. */
export function readPackageRegistries(options: RegistryOptions): readonly NamedHost[] {
  const found = [...npm(options), ...pip(options), ...cargo(options), ...go(options)];
  return found.flatMap(({ url, origin }) => {
    const host = hostOfUrl(url);
    return host === undefined ? [] : [{ ...host, origin }];
  });
}

interface Found {
  url: string;
  origin: string;
}

/** npmrc(5): `registry=…` and `@scope:registry=…`; variables in any spelling. */
function npm(options: RegistryOptions): Found[] {
  const environment = withoutNpmRun(options.environment);
  const keys =
    /^\s*(?:@[^:\s]+:registry|registry|npmRegistryServer)\s*[=:]\s*["']?(https?:\/\/[^\s"']+)/gm;
  return [
    ...Object.entries(environment).flatMap(([name, url = '']) =>
      /^npm_config_(@.*:)?registry$/i.test(name) ? [{ url, origin: 'npm’s registry' }] : [],
    ),
    ...matches(npmPlaces(options), keys, 'npm’s registry'),
  ];
}

/** pip's configuration: several addresses may stand on indented lines. */
function pip(options: RegistryOptions): Found[] {
  const { environment } = options;
  const names = ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'UV_INDEX_URL', 'UV_DEFAULT_INDEX'];
  const lines = textsOf(pipPlaces(options)).flatMap((text) =>
    [...text.matchAll(/^(?:extra-)?index-url\s*[=:](.*(?:\n[ \t]+.*)*)/gm)].map(
      ([, value = '']) => value,
    ),
  );
  const values = [...names.map((name) => environment[name] ?? ''), ...lines];
  return values
    .flatMap((value) => value.split(/\s+/))
    .filter((url) => /^https?:/.test(url))
    .map((url) => ({ url, origin: 'pip’s index' }));
}

/** The Cargo Book, Configuration: `registry` of a source, `index` of a registry. What is set nowhere it has used before. */
function cargo({ home, environment }: RegistryOptions): Found[] {
  const directory = environment['CARGO_HOME'] ?? path.join(home, '.cargo');
  const places = ['config.toml', 'config'].map((file) => path.join(directory, file));
  const key = /^\s*(?:registry|index)\s*=\s*["'](?:sparse\+)?(https?:\/\/[^"']+)["']/gm;
  const origin = 'cargo’s registry';
  return [
    ...matches(places, key, origin),
    ...usedByCargo(path.join(directory, 'registry/index')).map((url) => ({ url, origin })),
  ];
}

/** The Cargo Book, Cargo Home and Index Format: a directory for each, `HOST-DIGEST`, and where its files are (`dl`). */
function usedByCargo(index: string): readonly string[] {
  return entriesOf(index).flatMap((name) => {
    const [, host] = /^(.+)-[0-9a-f]{16}$/.exec(name) ?? [];
    const settings = textsOf([path.join(index, name, 'config.json')]).join('');
    const [, files] = /"dl"\s*:\s*"(https?:[^"]+)"/.exec(settings) ?? [];
    return [...(host === undefined ? [] : [`https://${host}`]), ...given(files)];
  });
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** go help environment: a list with commas and bars. */
function go(options: RegistryOptions): Found[] {
  const { environment } = options;
  const ofFile = textsOf(goPlaces(options)).flatMap((text) =>
    [...text.matchAll(/^GOPROXY=(.*)$/gm)].map(([, value = '']) => value),
  );
  return [environment['GOPROXY'] ?? '', ...ofFile]
    .flatMap((value) => value.split(/[,|]/))
    .filter((url) => /^https?:/.test(url))
    .map((url) => ({ url, origin: 'go’s proxy' }));
}

/** The files that the programs read, whether they are there or not. */
export const configFiles = (
  options: RegistryOptions,
): Readonly<Record<'npm' | 'pip3' | 'go', readonly string[]>> => ({
  npm: npmPlaces(options),
  pip3: pipPlaces(options),
  go: goPlaces(options),
});

function npmPlaces({ home, root = '/', ...options }: RegistryOptions): readonly string[] {
  const environment = withoutNpmRun(options.environment);
  const prefix = environment['npm_config_prefix'] ?? environment['PREFIX'];
  return [
    environment['npm_config_userconfig'] ?? path.join(home, '.npmrc'),
    ...given(environment['npm_config_globalconfig']),
    path.join(prefix ?? path.resolve(process.execPath, '../..'), 'etc/npmrc'),
    ...['etc/npmrc', 'usr/etc/npmrc', 'usr/local/etc/npmrc'].map((file) => path.join(root, file)),
    path.join(home, '.yarnrc.yml'),
  ];
}

const pipPlaces = (options: RegistryOptions): readonly string[] => {
  const { home, environment, root = '/' } = options;
  return [
    ...given(environment['PIP_CONFIG_FILE']),
    ...[path.join(configIn(options), 'pip/pip.conf'), path.join(home, '.pip/pip.conf')],
    path.join(home, 'Library/Application Support/pip/pip.conf'),
    ...['etc/pip.conf', 'etc/xdg/pip/pip.conf'].map((file) => path.join(root, file)),
  ];
};

const goPlaces = (options: RegistryOptions): readonly string[] => [
  path.join(configIn(options), 'go/env'),
];

const given = (file: string | undefined): readonly string[] => (file === undefined ? [] : [file]);

const configIn = ({ home, environment }: RegistryOptions): string =>
  environment['XDG_CONFIG_HOME'] ?? path.join(home, '.config');

const matches = (
  places: readonly (string | undefined)[],
  pattern: RegExp,
  origin: string,
): Found[] =>
  textsOf(places).flatMap((text) =>
    [...text.matchAll(pattern)].map(([, url = '']) => ({ url, origin })),
  );

const textsOf = (places: readonly (string | undefined)[]): readonly string[] =>
  places.flatMap((place) => {
    if (place === undefined) return [];
    try {
      // The user's own: it may well be a link to where such files are kept.
      return readRegularFile(realpathSync(place)) ?? [];
    } catch {
      return [];
    }
  });
