// An assistant's answer as plain text, and the part of it that is the message: models wrap it in fences, quotes and chatter. Pure.

/* eslint-disable no-control-regex -- they are what is taken out */
/** Strings to a terminal, sequences, and single escapes (ECMA-48). */
const sequences =
  /\u001b[PX^_\]][^\u0007\u001b\u009c]*(?:\u0007|\u009c|\u001b\\)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
/** What is left of controls, and what turns or hides text (“Trojan Source”, CVE-2021-42574). */
const invisible =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\p{Bidi_Control}\p{Surrogate}\u200b\u2060\ufeff]/gu;
/* eslint-enable no-control-regex */

/** Without anything that acts on a terminal or is not to be seen; lines end with LF, and with nothing before it. */
export const plainText = (answer: string): string =>
  answer
    .replaceAll(sequences, '')
    .replaceAll(/\r\n?|\p{Zl}|\p{Zp}/gu, '\n')
    .replaceAll('\t', '    ')
    .replaceAll(invisible, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();

/** Where the message may stand, most likely first: in a fence, or in all of it without the fences' own lines. */
export function candidates(text: string): readonly string[] {
  const fenced: string[] = [];
  const outside: string[] = [];
  let open: { mark: string; lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    const mark = /^ *(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark === undefined) {
      open?.lines.push(line);
      outside.push(line);
    } else if (open === undefined) open = { mark, lines: [] };
    else if (mark.startsWith(open.mark)) {
      fenced.push(open.lines.join('\n'));
      open = undefined;
    }
  }
  return [...fenced, outside.join('\n')];
}

const pairs: Readonly<Partial<Record<string, string>>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '‘': '’',
  '«': '»',
  '*': '*',
};

/** A first line without what models put around it: `**Commit message:** "feat: x"`. */
export function undecorated(line: string): { text: string; closing: string } {
  let text = line.trim().replace(/^(?:>|#{1,6}|[-•]) +/, '');
  text = text.replace(
    /^\**(?:the )?(?:commit message|commit|message|subject|title)\**: *\**(?= *\S)/i,
    '',
  );
  let closing = '';
  for (let close = pairs[text[0] ?? '']; close !== undefined; close = pairs[text[0] ?? '']) {
    text = text.slice(1);
    closing = close + closing;
  }
  // Closed on the same line, or at the end of the message.
  for (; closing !== '' && text.endsWith(closing[0] ?? ''); closing = closing.slice(1))
    text = text.slice(0, -1);
  return { text: text.trim(), closing };
}

/** A last paragraph that talks to the user and not of the change. */
const chatter =
  /^(?:let me know|i hope|hope (?:this|that)|feel free|would you like|do you want|if you(?:['’]d| would) like|if you (?:want me|need any|need me)|shall i|should i|this (?:commit )?message (?:follows|uses|is)|the (?:commit )?message (?:follows|above)|note:? (?:i|this message))\b/i;

/** Names of people and programs, which a model cannot vouch for. */
const signature =
  /^(?:co-authored-by|signed-off-by|reviewed-by|acked-by|tested-by|generated[- ](?:by|with)|assisted-by)\b|^🤖/i;

/** The rest of a message without signatures, closing quotes and what was said to the user behind it. */
export function bodyOf(lines: readonly string[], closing: string): string {
  let text = lines
    .filter((line) => !signature.test(line.trim()))
    .join('\n')
    .trim();
  const end = Array.from(closing).reverse().join('');
  if (closing !== '' && (text.endsWith(closing) || text.endsWith(end)))
    text = text.slice(0, -closing.length).trim();
  const paragraphs = text.split(/\n{2,}/);
  while (chatter.test(paragraphs.at(-1)?.trim() ?? '')) paragraphs.pop();
  return paragraphs.join('\n\n').replace(/^\n+/, '').trimEnd();
}
