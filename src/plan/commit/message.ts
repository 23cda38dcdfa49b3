// The commit message in an assistant's answer, or what is wrong with it. What it says is a stranger's: text, and nothing else. Pure.

import { bodyOf, candidates, plainText, undecorated } from './plain-answer.ts';
import { wrapBody } from './wrap.ts';

/** Of Conventional Commits, as @commitlint/config-conventional has them. */
export const commitTypes = 'feat fix docs style refactor perf test build ci chore revert'.split(
  ' ',
);

/** Characters of the first line: what git's own tools and hosts show whole. */
export const longestHeader = 72;
/** Characters of one that is let through after a second try, with a warning. */
const longestTolerated = 100;
/** Characters of an answer that are looked at, and of a body. */
const longestAnswer = 64 * 1024;
const longestBody = 6000;

export interface CommitMessage {
  /** All of it, without a line end behind it. */
  text: string;
  /** Of the three, what the first line has; it may be of another form once the user has edited it. */
  type?: string;
  scope?: string;
  breaking: boolean;
  /** The first line. */
  header: string;
}

export type ReadAnswer =
  | { kind: 'message'; message: CommitMessage; warnings: readonly string[] }
  /** Words for the assistant and for people: completes “it cannot be used: …”. */
  | { kind: 'unfit'; why: string };

/**
 * @param isLast there is no other try: a first line that is only a little long will do
 * @param types other types that the repository has
 */
export function readAnswer(
  answer: string,
  { isLast = false, types = [] }: { isLast?: boolean; types?: readonly string[] } = {},
): ReadAnswer {
  if (answer.length > longestAnswer) return unfit('it is far too long');
  const text = plainText(answer);
  if (text === '') return unfit('it is empty');
  const known = new Set([...commitTypes, ...types]);
  for (const candidate of candidates(text)) {
    const found = findMessage(candidate, known);
    if (found !== undefined) return judge(found, isLast);
  }
  const other = text.split('\n').flatMap((line) => headerIn(undecorated(line).text)?.type ?? []);
  return unfit(
    other[0] === undefined
      ? 'no line of it is of the form type(scope): subject'
      : `“${other[0]}” is none of the types ${[...known].join(', ')}`,
  );
}

/** A message as the user has written it: whatever they like, as long as it is something. */
export function readEdited(text: string): CommitMessage | undefined {
  const plain = text
    .replaceAll(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+/, '')
    .trimEnd();
  if (plain === '') return undefined;
  const [header = ''] = plain.split('\n');
  const { type, scope, breaking = false } = headerIn(header) ?? {};
  return { text: plain, header, breaking, ...(type && { type }), ...(scope && { scope }) };
}

interface Header {
  type: string;
  scope?: string;
  breaking: boolean;
  subject: string;
}

interface FoundMessage {
  header: Header;
  body: string;
}

function findMessage(text: string, known: ReadonlySet<string>): FoundMessage | undefined {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const { text: plain, closing } = undecorated(line);
    const header = headerIn(plain);
    if (header && known.has(header.type))
      return { header, body: bodyOf(lines.slice(index + 1), closing) };
  }
  return undefined;
}

/** `type(scope)!: subject`, by the specification's grammar, but for capitals and spaces around the scope. */
function headerIn(line: string): Header | undefined {
  const [, type = '', scope, mark, subject = ''] =
    /^([A-Za-z][A-Za-z0-9-]{0,30}) ?(?:\(([^()\n]{1,60})\))? ?(!)?: *(\S.*)$/.exec(line) ?? [];
  const text = subject
    .replaceAll(/ {2,}/g, ' ')
    .replace(/(?<!\.)\.$/, '')
    .trim();
  if (type === '' || text === '') return undefined;
  const place = scope?.trim();
  return {
    type: type.toLowerCase(),
    ...(place && { scope: place }),
    breaking: mark !== undefined,
    subject: text,
  };
}

function judge({ header, body }: FoundMessage, isLast: boolean): ReadAnswer {
  const { type, scope, breaking, subject } = header;
  const first = `${type}${scope === undefined ? '' : `(${scope})`}${breaking ? '!' : ''}: ${subject}`;
  const length = Array.from(first).length;
  const tooLong = `its first line has ${length} characters, and ${longestHeader} are the most`;
  if (length > (isLast ? longestTolerated : longestHeader)) return unfit(tooLong);
  if (body.length > longestBody) return unfit(`its body has more than ${longestBody} characters`);
  const text = body === '' ? first : `${first}\n\n${wrapBody(body)}`;
  const isBreaking = breaking || /^BREAKING[ -]CHANGE: /m.test(body);
  return {
    kind: 'message',
    message: {
      text,
      type,
      ...(scope !== undefined && { scope }),
      breaking: isBreaking,
      header: first,
    },
    warnings: length > longestHeader ? [tooLong.replace(/^its/, 'the')] : [],
  };
}

const unfit = (why: string): ReadAnswer => ({ kind: 'unfit', why });

/** Types that a repository's own subjects have. */
export const typesIn = (subjects: readonly string[]): readonly string[] => [
  ...new Set(
    subjects.flatMap((subject) => {
      const type = headerIn(subject)?.type;
      return type === undefined || commitTypes.includes(type) ? [] : [type];
    }),
  ),
];
