// Keeps secrets out of whatever people, logs and records get to see: those that are known, and what looks like one.

import { showOnOneLine } from './quote.ts';
import { coverPatterns, isTelling } from './secret-patterns.ts';

export const cover = '***';

/** Characters. What is shorter stands in too many texts by chance. */
const shortest = 6;
/** Of a line of a secret with several: the first and the last of a key's file are in every such file. */
const shortestLine = 16;

/** Learns the secrets of a run as they are read, and covers them, and what looks like one, in texts. One for a process. */
export class Redactor {
  private readonly values = new Set<string>();
  private readonly later: (() => Iterable<string>)[] = [];
  private known: { all: readonly string[]; telling: readonly string[] } | undefined;

  learn(values: Iterable<string>): void {
    for (const value of values) if (value.length >= shortest) this.values.add(value);
    this.known = undefined;
  }

  /** The same for what takes time to find: asked when there is something to cover. */
  learnLater(values: () => Iterable<string>): void {
    this.later.push(values);
    this.known = undefined;
  }

  readonly cover = (text: string): string => coverSecrets(text, this.needles().all);

  /** The same for every text in a piece of data; its keys are ours. */
  readonly coverData = <T>(data: T): T => coverIn(data, this.cover) as T;

  /** For what is made of our own words and of paths: there a password `docker` is the word, and no password. */
  readonly coverTelling = <T>(data: T): T =>
    coverIn(data, (text) => coverSecrets(text, this.needles().telling)) as T;

  private needles(): { all: readonly string[]; telling: readonly string[] } {
    if (this.known === undefined) {
      // One by one: where one cannot be read, those after it are still to come.
      for (let next = this.later.shift(); next !== undefined; next = this.later.shift())
        this.learn(next());
      this.known = {
        all: formsOf(this.values),
        telling: formsOf([...this.values].filter(isTelling)),
      };
    }
    return this.known;
  }
}

/** The text without secrets. @param known as formsOf gives them */
export function coverSecrets(text: string, known: readonly string[]): string {
  return coverPatterns(coverKnown(text, known), cover);
}

/** Secrets in all the forms that they take in texts, longest first. */
export function formsOf(values: Iterable<string>): readonly string[] {
  const forms = new Set<string>();
  for (const value of values)
    for (const form of [value, value.trim(), ...linesOf(value)].flatMap(variantsOf))
      if (form.length >= shortest) forms.add(form);
  return [...forms].sort((one, other) => other.length - one.length);
}

/** Those that overlap are covered as one, so that no piece is left between. */
function coverKnown(text: string, known: readonly string[]): string {
  const places = known.flatMap((form) => [...placesOf(text, form), ...beginningsOf(text, form)]);
  if (places.length === 0) return text;
  places.sort((one, other) => one.from - other.from);
  let result = '';
  let end = 0;
  for (const { from, to } of places) {
    if (from > end || end === 0) result += `${text.slice(end, from)}${cover}`;
    end = Math.max(end, to);
  }
  const covered = result + text.slice(end);
  // A cover beside what is left may look like one again. Each turn makes the text shorter.
  return known.some((form) => covered.includes(form)) ? coverKnown(covered, known) : covered;
}

function placesOf(text: string, form: string): { from: number; to: number }[] {
  const places = [];
  for (let from = text.indexOf(form); from >= 0; from = text.indexOf(form, from + 1))
    places.push({ from, to: from + form.length });
  return places;
}

/** Where a text was cut (shorten), and a secret with it. */
function beginningsOf(text: string, form: string): { from: number; to: number }[] {
  const places = [];
  const head = form.slice(0, shortest);
  for (let to = text.indexOf('…'); to >= 0; to = text.indexOf('…', to + 1))
    for (let from = text.lastIndexOf(head, to); from >= 0 && to - from < form.length;) {
      if (to - from >= shortest && form.startsWith(text.slice(from, to))) places.push({ from, to });
      from = from === 0 ? -1 : text.lastIndexOf(head, from - 1);
    }
  return places;
}

/** Several lines are often shown one by one. */
const linesOf = (value: string): readonly string[] =>
  value.includes('\n')
    ? value
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line.length >= shortestLine && !line.startsWith('-----'))
    : [];

/** As it is, as it stands in JSON, in a shell's quotes, in an address, on one line of a terminal, and in base64. */
function variantsOf(value: string): readonly string[] {
  return [
    value,
    ...inJson(value),
    value.replaceAll("'", String.raw`'\''`),
    showOnOneLine(value),
    ...inAddresses(value),
    ...inBase64(value),
  ];
}

/** Go writes `&`, `<` and `>` as numbers, Python all that is no ASCII; and JSON often stands in JSON. */
function inJson(value: string): readonly string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const number = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return [
    plain,
    plain.replaceAll(/[&<>\u2028\u2029]/g, number),
    plain.replaceAll(/[^\0-\u007E]/g, number),
    JSON.stringify(plain).slice(1, -1),
  ];
}

function inAddresses(value: string): readonly string[] {
  try {
    return [
      encodeURIComponent(value),
      encodeURI(value),
      new URLSearchParams({ value }).toString().slice(6),
    ].flatMap((text) => [text, text.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())]);
  } catch {
    // Half a character: no address holds it.
    return [];
  }
}

/**
 * Within a longer text in base64 a value looks in three ways, as it begins in the first, second or third byte of a group. What
 * its neighbours have a part in is left away.
 */
function inBase64(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor((whole.length * 8) / 6);
    const encoded = [whole.toString('base64'), whole.toString('base64url')];
    return [
      ...encoded.map((text) => text.slice(from, to)),
      ...(offset === 0 ? encoded.flatMap((text) => [text, ...(text.match(base64Line) ?? [])]) : []),
    ].filter((text) => text.length >= shortest);
  });
}

/** As `base64` and MIME wrap it. */
const base64Line = /.{76}(?=.)|(?<=.{76}).{16,76}$/g;

function coverIn(data: unknown, coverText: (text: string) => string): unknown {
  if (typeof data === 'string') return coverText(data);
  if (Array.isArray(data)) return data.map((item) => coverIn(item, coverText));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, coverIn(value, coverText)]),
  );
}
