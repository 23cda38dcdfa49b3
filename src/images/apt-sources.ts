// Reads the mirrors that a Debian host uses from apt's own files, in both of apt's formats (sources.list(5)).

import { readdirSync } from 'node:fs';
import { path } from '../base/path.ts';
import { readTextIfThere } from '../host/files.ts';
import { aptFiles } from './image-files.ts';

export interface AptMirrors {
  /** Of the distribution itself. */
  main?: string;
  /** Of its security updates. */
  security?: string;
}

/** The mirrors of this host, none where it is not Debian. */
export function hostMirrors(root = '/'): AptMirrors {
  const release = readTextIfThere(path.join(root, 'etc/os-release')) ?? '';
  if (!/^ID="?debian"?$/m.test(release)) return {};
  const parts = path.join(root, 'etc/apt/sources.list.d');
  const files = [
    path.join(root, 'etc/apt/sources.list'),
    ...list(parts).map((name) => path.join(parts, name)),
  ];
  return chooseMirrors(files.flatMap(sourcesIn));
}

/** The addresses that apt in an image goes to. @param directory with what is kept of it (`aptFiles`) */
export const imageMirrors = (directory: string): readonly string[] =>
  Object.values(aptFiles)
    .flatMap((name) => sourcesIn(path.join(directory, name)))
    .flatMap(({ uris }) => uris);

function sourcesIn(file: string): readonly AptSource[] {
  const text = readTextIfThere(file) ?? '';
  if (file.endsWith('.sources')) return parseDeb822(text);
  return file.endsWith('.list') ? parseOneLine(text) : [];
}

interface AptSource {
  types: readonly string[];
  uris: readonly string[];
  suites: readonly string[];
  components: readonly string[];
}

/** Debian's own release names are suites there, with or without an ending: `bookworm`, `bookworm-updates`, `stable`. */
const debianSuite =
  /^(bullseye|bookworm|trixie|forky|duke|sid|stable|oldstable|testing|unstable)(-security|\/updates)?$/;

/** The first source of packages from Debian's main component, and the first of its security updates. */
function chooseMirrors(sources: readonly AptSource[]): AptMirrors {
  const mirrors: AptMirrors = {};
  for (const { types, uris, suites, components } of sources) {
    const uri = uris.find((candidate) => /^https?:\/\//.test(candidate))?.replace(/\/+$/, '');
    if (uri === undefined || !types.includes('deb') || !components.includes('main')) continue;
    for (const suite of suites) {
      const match = debianSuite.exec(suite);
      if (match !== null) mirrors[match[2] === undefined ? 'main' : 'security'] ??= uri;
    }
  }
  return mirrors;
}

/** `deb [options] uri suite component…`, a source a line. */
function parseOneLine(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(deb|deb-src)\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    const [, type = '', uri = '', suite = '', components = ''] = match ?? [];
    return match === null
      ? []
      : [{ types: [type], uris: [uri], suites: [suite], components: words(components) }];
  });
}

/** Paragraphs of fields, `Name: value`, continued on indented lines. */
function parseDeb822(text: string): AptSource[] {
  const withoutComments = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
  return withoutComments.split(/\n[ \t]*\n/).flatMap((paragraph) => {
    const fields = new Map<string, string>();
    for (const [, name = '', value = ''] of paragraph.matchAll(/^([A-Za-z-]+):((?:.|\n[ \t])*)/gm))
      fields.set(name.toLowerCase(), value);
    if (/^\s*no\s*$/i.test(fields.get('enabled') ?? '')) return [];
    const field = (name: string): string[] => words(fields.get(name) ?? '');
    return fields.has('uris')
      ? [
          {
            types: field('types'),
            uris: field('uris'),
            suites: field('suites'),
            components: field('components'),
          },
        ]
      : [];
  });
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

function list(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
