// What errors and help look like, word for word. After a change that is meant: npx vitest run --project unit golden -u

import path from 'node:path';
import { expect, it } from 'vitest';
import { AiError, type ErrorCode } from '../../../src/base/errors.ts';
import { commandNames } from '../../../src/base/command-names.ts';
import { errorLines, unseenLook, type ErrorLook } from '../../../src/cli/error-lines.ts';
import { pageCodes, pageOf } from '../../../src/cli/error-pages/pages.ts';
import { helpOf } from '../../../src/cli/help.ts';
import { overview } from '../../../src/cli/overview.ts';

const golden = (name: string): string => path.join(import.meta.dirname, 'golden', `${name}.txt`);

/** Colours as somebody can read them. */
const tag =
  (name: string) =>
  (text: string): string =>
    `<${name}>${text}</${name}>`;

const looks: readonly (readonly [name: string, look: ErrorLook])[] = [
  ['errors-piped', unseenLook],
  [
    'errors-80-colour',
    {
      ...{ red: tag('red'), dim: tag('dim'), bold: tag('bold') },
      ...{ plain: false, seen: true, width: 80 },
    },
  ],
  ['errors-40', { ...unseenLook, seen: true, width: 40 }],
  ['errors-plain', { ...unseenLook, plain: true, seen: true }],
];

it.each(looks)('%s', async (name, look) => {
  const texts = pageCodes.flatMap((code) => {
    const { example } = pageOf(code);
    if (typeof example === 'string') return [];
    return [errorLines(new AiError(code as ErrorCode, example), look).join('\n')];
  });
  await expect(`${texts.join('\n\n')}\n`).toMatchFileSnapshot(golden(name));
});

it.each([
  ['help-80', 80],
  ['help-40', 40],
  ['help-plain', Infinity],
])('%s', async (file, width) => {
  const pages = [
    overview({ commands: commandNames, own: [] }, width),
    ...(['run', 'secrets', 'config', 'ps', 'explain'] as const).map((name) => helpOf(name, width)),
  ].map((lines) => lines.join('\n'));
  await expect(`${pages.join(`\n\n${'='.repeat(40)}\n\n`)}\n`).toMatchFileSnapshot(golden(file));
});

it('plain words have no mark that is drawn', () => {
  const drawn = /[→✔✖─-╿▀-▟—]|\p{Cc}/u;
  const [, plain = unseenLook] = looks.at(-1) ?? [];
  for (const code of pageCodes) {
    const { example } = pageOf(code);
    if (typeof example === 'string') continue;
    for (const line of errorLines(new AiError(code as ErrorCode, example), plain))
      expect(line).not.toMatch(drawn);
  }
  for (const command of commandNames)
    for (const line of helpOf(command, Infinity)) expect(line).not.toMatch(drawn);
});

it.each(commandNames)(
  'ai %s --help has 80 columns where nothing says how many there are',
  (name) => {
    for (const line of helpOf(name, 80)) expect(line.length).toBeLessThanOrEqual(80);
  },
);

it.each(commandNames)(
  'ai %s --help fits 40 columns, but for words that cannot be broken',
  (name) => {
    const long = helpOf(name, 40).filter((line) => line.length > 40);
    for (const line of long) expect(line.trim().split(' ').length).toBeLessThanOrEqual(2);
  },
);
