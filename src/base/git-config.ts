// Reads the text of a git configuration file as git does (git-config(1), "Syntax"; config.c), without its includes.

export interface GitConfigEntry {
  /** In small letters, as git compares them: `remote`. */
  section: string;
  /** As written, without quotes and escapes: the `origin` of `[remote "origin"]`. */
  subsection?: string;
  /** In small letters: `url`. */
  key: string;
  /** `true` where only the name stands there. */
  value: string | true;
}

export interface GitConfigText {
  /** In their order. */
  entries: readonly GitConfigEntry[];
  /** False at an error of syntax: git gives up there, and the entries are those before it. */
  complete: boolean;
}

/** The entries alone. */
export const parseGitConfig = (text: string): readonly GitConfigEntry[] =>
  readGitConfig(text).entries;

export function readGitConfig(text: string): GitConfigText {
  const reader = new Reader(text);
  const entries: GitConfigEntry[] = [];
  let header: Header | undefined;
  while (!reader.isAtEnd()) {
    const character = reader.next();
    if (isBlank(character)) continue;
    if (isComment(character)) reader.skipLine();
    else if (character === '[') {
      header = readHeader(reader);
      if (header === undefined) return { entries, complete: false };
    } else {
      const entry = readEntry(reader, character);
      if (entry === undefined) return { entries, complete: false };
      if (header !== undefined) entries.push(endingAtNul({ ...header, ...entry }));
    }
  }
  return { entries, complete: true };
}

/** The value that counts for `section.key`: the last. A name without value is `true`. */
export function lastGitValue(
  entries: readonly GitConfigEntry[],
  name: `${string}.${string}`,
): string | true | undefined {
  return entries.findLast(
    ({ section, subsection, key }) => subsection === undefined && `${section}.${key}` === name,
  )?.value;
}

/** Git's idea of a boolean that is set (git-config(1), "Values"; config.c, git_parse_maybe_bool): a number may have a base and a unit. */
export const isGitTrue = (value: string | true | undefined): boolean =>
  value !== undefined &&
  (value === true ||
    /^(true|yes|on|[\t-\r ]*[-+]?(0x0*[1-9a-f][\da-f]*|0*[1-9]\d*)[kmg]?)$/i.test(value));

type Header = Pick<GitConfigEntry, 'section' | 'subsection'>;

// Plain comparisons, as these are asked of every character.
const isBlank = (character: string): boolean =>
  character === ' ' || character === '\n' || character === '\t' || character === '\r';
const isComment = (character: string): boolean => character === '#' || character === ';';

/** One character after the other; a line end of two characters is one. */
class Reader {
  private readonly text: string;
  private at: number;

  constructor(text: string) {
    this.text = text;
    this.at = text.startsWith('\uFEFF') ? 1 : 0;
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character. The end of the text is one of a line. */
  next(): string {
    if (this.text[this.at] === '\r' && this.text[this.at + 1] === '\n') this.at++;
    return this.text[this.at++] ?? '\n';
  }

  /** What a sticky pattern finds here: whole runs at once, where one character at a time would be slow. */
  take(run: RegExp): string {
    run.lastIndex = this.at;
    const found = run.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  skipLine(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end + 1;
  }
}

/** What follows `[`. The old form `[section.Sub]` has its subsection in small letters. */
function readHeader(reader: Reader): Header | undefined {
  let name = '';
  for (;;) {
    const character = reader.next();
    if (character === ']') return name === '' ? undefined : headerOf(name);
    if (isBlank(character)) {
      const subsection = readSubsection(reader, character);
      return subsection === undefined ? undefined : headerOf(`${name}.${subsection}`);
    }
    if (!/^[A-Za-z0-9.-]$/.test(character)) return undefined;
    name += character.toLowerCase();
  }
}

function headerOf(name: string): Header {
  const dot = name.indexOf('.');
  return dot < 0
    ? { section: name }
    : { section: name.slice(0, dot), subsection: name.slice(dot + 1) };
}

/** Blanks of every kind but an end of line may stand before it. */
function readSubsection(reader: Reader, blank: string): string | undefined {
  let character = blank;
  while (isBlank(character)) {
    if (character === '\n') return undefined;
    character = reader.next();
  }
  if (character !== '"') return undefined;
  let subsection = '';
  for (character = reader.next(); character !== '"'; character = reader.next()) {
    if (character === '\n') return undefined;
    if (character === '\\') character = reader.next();
    if (character === '\n') return undefined;
    subsection += character;
  }
  return reader.next() === ']' ? subsection : undefined;
}

/** To git, a name or a value ends at a NUL: `[core "fsmonitor\0"] x = y` is `core.fsmonitor`. */
function endingAtNul(entry: GitConfigEntry): GitConfigEntry {
  const { subsection, value: whole } = entry;
  const value = whole === true ? whole : (whole.split('\0', 1)[0] ?? '');
  if (subsection?.includes('\0') !== true) return { ...entry, value };
  const [name = ''] = `${entry.section}.${subsection}`.split('\0', 1);
  const dot = name.lastIndexOf('.');
  return { ...headerOf(name.slice(0, dot)), key: name.slice(dot + 1).toLowerCase(), value };
}

function readEntry(
  reader: Reader,
  first: string,
): Pick<GitConfigEntry, 'key' | 'value'> | undefined {
  if (!/^[A-Za-z]$/.test(first)) return undefined;
  const key = (first + reader.take(/[A-Za-z0-9-]*/y)).toLowerCase();
  reader.take(/[ \t]*/y);
  const character = reader.next();
  if (character === '\n') return { key, value: true };
  if (character !== '=') return undefined;
  const value = readValue(reader);
  return value === undefined ? undefined : { key, value };
}

const escapes: Partial<Record<string, string>> = {
  n: '\n',
  t: '\t',
  b: '\b',
  '\\': '\\',
  '"': '"',
  '\n': '',
};

/** What follows `=`, to the end of the line; a backslash there continues it on the next one. */
function readValue(reader: Reader): string | undefined {
  let value = '';
  let blanks = '';
  let quoted = false;
  for (;;) {
    const found = reader.take(quoted ? /[ \t]+/y : /(?:[ \t]|\r(?!\n))+/y);
    if (quoted) value += found;
    else if (value !== '') blanks += found;
    const plain = reader.take(/[^"\\#; \t\r\n]+/y);
    if (plain !== '') {
      value += blanks + plain;
      blanks = '';
      continue;
    }
    const character = reader.next();
    if (character === '\n') return quoted ? undefined : value;
    if (!quoted && isComment(character)) {
      reader.skipLine();
      return value;
    }
    value += blanks;
    blanks = '';
    if (character === '"') quoted = !quoted;
    else if (character === '\\') {
      const escaped = escapes[reader.next()];
      if (escaped === undefined) return undefined;
      value += escaped;
    } else value += character;
  }
}
