// What can be told of a Dockerfile without building it: where its last stage begins, and what it copies from its context. Pure.

import { parseJsonValue, isList } from './json.ts';
import { path } from './path.ts';

interface Instruction {
  name: string;
  /** Behind the name, with continued lines in one. */
  rest: string;
}

/** The instructions, in order. What stands in here-documents counts as some too: nothing worse comes of that than a copy too many. */
function instructionsIn(text: string): readonly Instruction[] {
  const escape = /^\s*#\s*escape\s*=\s*`/im.test(text) ? '`' : '\\';
  const lines: string[] = [];
  let open = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*#/.test(line) || (open === '' && line.trim() === '')) continue;
    const bare = line.trimEnd();
    if (bare.endsWith(escape)) open += `${bare.slice(0, -1)} `;
    else {
      lines.push(open + bare);
      open = '';
    }
  }
  if (open !== '') lines.push(open);
  return lines.flatMap((line) => {
    const [, name, rest = ''] = /^\s*([A-Za-z]+)(?:\s+(.*))?$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name: name.toUpperCase(), rest }];
  });
}

/** The variable by which a project's Dockerfile is told the assistant's image. */
export const parentArgument = 'AI_IMAGE';

/** Why the last stage (or the one named) does not go on from the assistant's image; undefined where it does. */
export function whyNotOnParent(text: string): string | undefined {
  const instructions = instructionsIn(text);
  const first = instructions.findIndex(({ name }) => name === 'FROM');
  if (first < 0) return 'it has no FROM';
  const isDeclared = instructions
    .slice(0, first)
    .some(
      ({ name, rest }) => name === 'ARG' && new RegExp(`^${parentArgument}(=|\\s|$)`).test(rest),
    );
  const stages = instructions
    .filter(({ name }) => name === 'FROM')
    .map(({ rest }) => {
      const [base = '', as, alias] = rest.split(/\s+/).filter((word) => !word.startsWith('--'));
      return { base, alias: as?.toUpperCase() === 'AS' ? alias?.toLowerCase() : undefined };
    });
  let at = stages.length - 1;
  for (;;) {
    const { base = '' } = stages[at] ?? {};
    if (new RegExp(`^\\$(?:${parentArgument}|\\{${parentArgument}(?::?-[^}]*)?\\})$`).test(base))
      return isDeclared ? undefined : `it has no ARG ${parentArgument} before the first FROM`;
    const earlier = stages.slice(0, at).findLastIndex(({ alias }) => alias === base.toLowerCase());
    if (earlier < 0) return `its last stage is FROM ${base}, not FROM \${${parentArgument}}`;
    at = earlier;
  }
}

/**
 * What is copied from the context, as paths in it: none where nothing is, `undefined` where only the builder could tell, so that
 * all of it may be.
 */
export function copiedPaths(text: string): readonly string[] | undefined {
  const paths: string[] = [];
  for (const { name, rest } of instructionsIn(text)) {
    if (name === 'RUN' && mountsContext(rest)) return undefined;
    if (name === 'ONBUILD' && /^(COPY|ADD)\b/i.test(rest)) return undefined;
    if (name !== 'COPY' && name !== 'ADD') continue;
    const flags = /^(?:--\S+\s+)*/.exec(rest)?.[0] ?? '';
    if (flags.includes('--from=')) continue;
    const sources = sourcesOf(rest.slice(flags.length));
    if (sources === undefined) return undefined;
    paths.push(...sources);
  }
  return [...new Set(paths)];
}

/** True where a text, a `.dockerignore` too, names the `.git` of its directory, or something in it. */
export const namesGit = (text: string): boolean =>
  /(?:^|[\s"'=,!/])\.git(?:$|[\s"',/])/m.test(text);

/** `bind` is what a mount is where it does not say, and the context what it is from. What is quoted or a variable may say anything. */
const mountsContext = (command: string): boolean =>
  [...command.matchAll(/--mount[=\s]+(\S*)/g)].some(([, options = '']) => {
    const parts = options.split(',').map((part) => part.split('='));
    const typeOf = parts.find(([key]) => key?.toLowerCase() === 'type')?.[1] ?? 'bind';
    const isOther = ['cache', 'tmpfs', 'secret', 'ssh'].includes(typeOf.toLowerCase());
    return !isOther && !parts.some(([key, stage]) => key?.toLowerCase() === 'from' && stage);
  });

/** All but the last word, which is where they go. */
function sourcesOf(text: string): readonly string[] | undefined {
  const list = text.startsWith('[')
    ? parseJsonValue(text)
    : text.split(/\s+/).filter((word) => word !== '');
  if (!isList(list) || !list.every((word) => typeof word === 'string')) return undefined;
  const sources = list.slice(0, -1).filter((word) => !/^https?:\/\//.test(word));
  const plain = sources.map((word) => word.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, ''));
  // Variables, patterns, here-documents, quotes, and what climbs.
  const isPlain = (word: string): boolean =>
    word !== '' && word !== '.' && !/[$*?[\]<"'`\\]/.test(word) && !word.split('/').includes('..');
  return plain.every(isPlain) ? plain.map((word) => path.normalize(word)) : undefined;
}
