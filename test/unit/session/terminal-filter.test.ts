// What a session may send to a terminal that is to be safe from it, however its output is cut.

/* eslint-disable no-control-regex -- control characters are what this is about */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerminalFilter } from '../../../src/session/terminal-filter.ts';

function filtered(...pieces: readonly (string | Buffer)[]): string {
  const filter = new TerminalFilter();
  const passed = pieces.map((piece) => filter.push(Buffer.from(piece as string)));
  return Buffer.concat([...passed, filter.end()]).toString('utf8');
}

const esc = '\u001b';
const bell = '\u0007';
const st = `${esc}\\`;

describe('what passes as it is', () => {
  it.each([
    ['text', 'hello, Wörld 🙂 日本\r\n\t\b\u007f\u0000'],
    ['a bell', bell],
    ['colours', `${esc}[1;38;2;10;20;30m${esc}[48:2::1:2:3m${esc}[0m`],
    ['the cursor', `${esc}[2;5H${esc}[3A${esc}[K${esc}[2J${esc}7${esc}8${esc}[5 q${esc}D${esc}M`],
    ['the alternate screen', `${esc}[?1049h${esc}[?1049l`],
    ['bracketed paste', `${esc}[?2004h${esc}[?2004l`],
    ['the mouse and focus', `${esc}[?1000;1006h${esc}[?1002h${esc}[?1003l${esc}[?1004h`],
    ['keys', `${esc}[>1u${esc}[<u${esc}[?u${esc}[>4;2m${esc}=${esc}>`],
    ['pictures whole', `${esc}[?2026h${esc}[?2026$p${esc}[?2026l`],
    ['questions with fixed answers', `${esc}[c${esc}[>c${esc}[6n${esc}[?996n${esc}[>0q`],
    ['sizes', `${esc}[14t${esc}[16t${esc}[18t`],
    ['regions and resets', `${esc}[1;20r${esc}[!p${esc}c`],
    ['sets of characters', `${esc}(0lqk${esc}(B${esc})0\u000e\u000f${esc}#8`],
    ['a link', `${esc}]8;id=1;https://a.example/b?c=d${st}text${esc}]8;;${st}`],
    ['a link with bells', `${esc}]8;;http://a.example${bell}text${esc}]8;;${bell}`],
    ['questions for colours', `${esc}]10;?${bell}${esc}]11;?${st}${esc}]4;1;?${st}`],
    ['colours set and reset', `${esc}]11;#102030${bell}${esc}]104${bell}${esc}]111${st}`],
    ['other controls of 8 bits', '\u0085\u008d'],
    [
      'what claude asks and sets',
      `${esc}[>0q${esc}[>4m${esc}[?1016$p${esc}[?1016l${esc}[?2031h${esc}[?2031l${esc}[?7h${esc}[r`,
    ],
    ['what codex does', `${esc}[>7u${esc}[>4;0m${esc}[?1007h${esc}[?1007l${esc}[?1015l${esc}[6n`],
    ['what opencode does', `${esc}[1 q${esc}[?2027$p${esc}[?2027h${esc}[>4;1m${esc}[s${esc}[u`],
    ['what copilot does', `${esc}[>q${esc}[?12$p${esc}[?7l${esc}[?2026$p${esc}[?996n${esc}[5C`],
    ['what vim does', `${esc}[?1;12;25h${esc}[34h${esc}[>c${esc}[?4m${esc}[=c${esc}[4h${esc}[4l`],
    [
      'what tmux does',
      `${esc}[?12l${esc}[?1005l${esc}[?69h${esc}[1;40s${esc}[32;1;1;5;5$x${esc}[3S${esc}[9d`,
    ],
    ['what curses does', `${esc}[?1034h${esc}[?5h${esc}[?5l${esc}[3X${esc}[4b${esc}[2Z${esc}[3g`],
    ['the cursor of Linux', `${esc}[?25h${esc}[?0c`],
    [
      'the older screens',
      `${esc}[?47h${esc}[?1047l${esc}[?1048h${esc}[?6l${esc}[?66h${esc}[?2048h`,
    ],
    [
      'one column after another',
      `${esc}[2T${esc}[5@${esc}[5P${esc}[2L${esc}[2M${esc}[3G${esc}[4\``,
    ],
  ])('%s', (_, text) => {
    expect(filtered(text)).toBe(text);
  });
});

describe('what is taken out', () => {
  it.each([
    ['the clipboard', `${esc}]52;c;aGVsbG8=${bell}`],
    ['the clipboard, ended by ST', `${esc}]52;c;aGVsbG8=${st}`],
    ['a question for the clipboard', `${esc}]52;c;?${st}`],
    ['the clipboard by another number', `${esc}]052;c;aGVsbG8=${st}`],
    ['the clipboard of kitty', `${esc}]5522;type=write${st}`],
    [
      'titles',
      `${esc}]0;a${bell}${esc}]1;b${bell}${esc}]2;c ✳ é${st}${esc}]l;d${st}${esc}]L;d${st}`,
    ],
    ['an empty command', `${esc}]${bell}${esc}];${bell}`],
    ['titles of screen and tmux', `${esc}ktitle${st}`],
    ['reports of titles', `${esc}[20t${esc}[21t${esc}[>2t${esc}[22;0t${esc}[23;0t`],
    ['changes of the window', `${esc}[8;1;1t${esc}[3;0;0t${esc}[2t${esc}[14;2t`],
    ['messages of the desktop', `${esc}]9;hi${bell}${esc}]777;notify;a;b${bell}${esc}]99;;hi${st}`],
    ['files of iTerm2', `${esc}]1337;File=name=eA==:YQ==${bell}`],
    [
      'properties, log files, fonts',
      `${esc}]3;a=b${bell}${esc}]46;/tmp/x${bell}${esc}]50;#1${bell}`,
    ],
    ['the directory', `${esc}]7;file://host/etc${bell}`],
    [
      'device control strings',
      `${esc}P$qm${st}${esc}P+q544e${st}${esc}Ptmux;${esc}${esc}]52;c;YQ==${bell}${st}`,
    ],
    ['APC, PM, SOS', `${esc}_Gf=24;AAAA${st}${esc}^private${st}${esc}Xstring${st}`],
    [
      'all of these in 8 bits',
      '\u009d52;c;YQ==\u009c\u0090$qm\u009c\u009fx\u009c\u009ex\u009c\u0098x\u009c',
    ],
    ['the answer of ENQ', '\u0005'],
    ['the printer', `${esc}[5i${esc}[?5i${esc}[i`],
    ['checksums of the screen', `${esc}[1;1;1;1;2;2*y`],
    [
      'other ways to read',
      `${esc}[?2l${esc}[?38h${esc}[?1000;0038h${esc}[?1001h${esc}%@${esc} G${esc}[62;0"p`,
    ],
    ['a malformed sequence', `${esc}[1 2m`],
    [
      'one with its sign in another place',
      `${esc}[2?l${esc}[?1;?2l${esc}[38?h${esc}[?>1h${esc}[>?1u`,
    ],
    ['modes in another writing', `${esc}[?01049h${esc}[?1:2l${esc}[?;2l${esc}[?1000;40h`],
    ['colons where none belong', `${esc}[1:2H${esc}[>4:2u${esc}[6:1n`],
    [
      'the console of Linux: its colours, bell, pause, keys',
      `${esc}[12;3]${esc}[15]${esc}[9;5]${esc}[14;5]${esc}[1;2}`,
    ],
    ['modes of another size', `${esc}[?1043h${esc}[?40h${esc}[?3h${esc}[?3l${esc}[?95h`],
    ['bells and windows that come up', `${esc}[?1042h${esc}[?1041h${esc}[?1042s${esc}[?1049r`],
    ['another size', `${esc}[80*|${esc}[132$|${esc}[24t${esc}[50*|`],
    ['other questions', `${esc}[?15n${esc}[?26n${esc}[1x${esc}[?1;1;0S${esc}[>1c`],
    [
      'what no program needs',
      `${esc}[3q${esc}["q${esc}[#{${esc}[>2p${esc}[>1;2t${esc}[>1s${esc}[20h`,
    ],
    ['a question that rxvt answers with a line', `${esc}G${esc}Z${esc}n${esc}l`],
    ['sets of other countries', `${esc}(U${esc}(K${esc}#9${esc}-A`],
    ['a sequence without end, before another', `${esc}[1;2${esc}]2;x`],
    ['one given up', `${esc}]52;c;YQ==\u0018${esc}[20\u001a`],
  ])('%s', (_, text) => {
    expect(filtered(`a${text}`)).toBe('a');
    expect(filtered(text)).not.toContain('52');
  });

  it('leaves what stands around it', () => {
    expect(filtered(`a${esc}]52;c;YQ==${bell}b${esc}]0;t${st}c\u009d2;t\u009cd${esc}[mé`)).toBe(
      `abcd${esc}[mé`,
    );
  });

  it('is never a link to files or programs, nor is its text one', () => {
    for (const address of [
      'file:///etc/passwd',
      'vscode://x',
      'HTTPS://a',
      'https://a b',
      'https://',
    ])
      expect(filtered(`${esc}]8;;${address}${st}text${esc}]8;;${st}`)).toBe(
        `${esc}]8;;${st}text${esc}]8;;${st}`,
      );
  });

  it('of a link that is too long, or no ASCII, is the end of the one before', () => {
    const one = `${esc}]8;;https://good.example${st}one`;
    for (const address of [`https://${'a'.repeat(5000)}`, 'https://é.example', 'https://a\tb'])
      for (const end of [st, bell])
        expect(filtered(`${one}${esc}]8;;${address}${end}two`)).toBe(`${one}${esc}]8;;${end}two`);
    expect(filtered(`${one}${esc}]08;;https://a${st}two`)).toBe(`${one}${esc}]8;;${st}two`);
    // What comes after the part that was too long is no address of its own.
    const hidden = `${'a'.repeat(5000)};;https://evil.example`;
    expect(filtered(`${esc}]8;;${hidden}${st}two`)).toBe(`${esc}]8;;${st}two`);
    expect(filtered(Buffer.from(`${esc}]8;;https://\xff${st}two`, 'latin1'))).toBe(
      `${esc}]8;;${st}two`,
    );
  });
});

describe('what is obeyed in the middle', () => {
  it('comes out before the sequence, as terminals do it', () => {
    expect(filtered(`${esc}[3\n1\rm`)).toBe(`\n\r${esc}[31m`);
    expect(filtered(`${esc}[3\u00051m`)).toBe(`${esc}[31m`);
  });

  it('of a command gives it up', () => {
    expect(filtered(`${esc}]11;\n#102030${bell}`)).toBe('');
    expect(filtered(`${esc}]11;é${bell}x`)).toBe('x');
    expect(filtered(`${esc}]8;;https://a${esc}[1mx`)).toBe(`${esc}[1mx`);
  });

  it('as a control of 8 bits begins anew', () => {
    expect(filtered('\u009b1m')).toBe(`${esc}[1m`);
    expect(filtered(`${esc}[1\u009b2m`)).toBe(`${esc}[2m`);
    expect(filtered(`${esc}é`)).toBe('é');
  });
});

describe('bytes that are no UTF-8', () => {
  it.each([
    ['a lone control of 8 bits', [0x9b, 0x33, 0x31, 0x6d], '\ufffd31m'],
    ['ESC in two bytes', [0xc0, 0x9b, 0x5b, 0x6d], '\ufffd\ufffd[m'],
    ['CSI in three bytes', [0xe0, 0x82, 0x9b, 0x6d], '\ufffd\ufffd\ufffdm'],
    ['half a character', [0xe2, 0x9c, 0x41], '\ufffd\ufffdA'],
    ['half a character at the end', [0x41, 0xe2, 0x9c], 'A\ufffd'],
    ['half of a pair', [0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
  ])('%s', (_, bytes, expected) => {
    expect(filtered(Buffer.from(bytes))).toBe(expected);
  });

  it('hide no end of a string', () => {
    expect(filtered(Buffer.from([0x1b, 0x5d, 0x30, 0x3b, 0x9c, 0x41, 0x07, 0x42]))).toBe('B');
  });
});

describe('the memory', () => {
  it('is bounded, and what is too long is taken out', () => {
    const filter = new TerminalFilter();
    const many = Buffer.alloc(64 * 1024, '1');
    for (const introducer of ['[', ']11;', 'P', '_']) {
      filter.push(Buffer.from(`${esc}${introducer}`));
      for (let count = 0; count < 100; count++) expect(filter.push(many).length).toBe(0);
      expect(JSON.stringify(filter).length).toBeLessThan(10_000);
      expect(filter.push(Buffer.from(`${introducer === '[' ? 'm' : st}x`)).toString()).toBe('x');
    }
  });

  it('is not shared with the stream’s buffer', () => {
    const filter = new TerminalFilter();
    const buffer = Buffer.from('é');
    expect(filter.push(buffer.subarray(0, 1)).length).toBe(0);
    buffer.fill(0);
    expect(filter.push(Buffer.from('é').subarray(1)).toString()).toBe('é');
  });
});

/** Words of a hostile program: whole sequences, their pieces, and anything else. */
const words = fc.oneof(
  fc
    .constantFrom(
      ...[
        esc,
        bell,
        st,
        '[',
        ']',
        'P',
        '_',
        '^',
        'X',
        'k',
        '\\',
        '\u0018',
        '\u0005',
        ';',
        '?',
        '1',
        '52',
        '8',
      ],
      ...[
        '\u009b',
        '\u009d',
        '\u009c',
        '\u0090',
        'm',
        't',
        'h',
        '%',
        '(',
        'https://a',
        `${esc}[31m`,
        'é',
        '🙂',
      ],
      ...[
        `${esc}]52;c;YQ==${bell}`,
        `${esc}]8;;https://a${st}`,
        `${esc}[20t`,
        `${esc}]11;?${bell}`,
      ],
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary', maxLength: 5 }).map((text) => Buffer.from(text)),
);
const output = fc.array(words, { maxLength: 30 }).map((pieces) => Buffer.concat(pieces));

describe('any output', () => {
  const whole = (bytes: Buffer): string => filtered(bytes);

  it('comes out the same however it is cut', () => {
    fc.assert(
      fc.property(output, fc.array(fc.nat(200), { maxLength: 8 }), (bytes, cuts) => {
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
        places.sort((one, other) => one - other);
        const pieces = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
        expect(filtered(...pieces)).toBe(whole(bytes));
        expect(filtered(...Array.from(bytes, (byte) => Buffer.from([byte])))).toBe(whole(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('is filtered once: what has passed passes again as it is', () => {
    fc.assert(
      fc.property(output, (bytes) => {
        expect(filtered(whole(bytes))).toBe(whole(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('that is text without sequences is unchanged', () => {
    const isPlain = (text: string): boolean =>
      !/[\u001b\u0005\u0090\u0098\u009b-\u009f]/.test(text);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const plain = Buffer.from(text).toString();
        fc.pre(isPlain(plain));
        expect(filtered(plain)).toBe(plain);
        const filter = new TerminalFilter();
        expect(filter.push(Buffer.from(plain)).toString()).toBe(plain);
      }),
    );
  });

  it('holds, once through, no clipboard, title, device string or lone introducer', () => {
    fc.assert(
      fc.property(output, (bytes) => {
        const passed = whole(bytes);
        expect(passed).not.toMatch(/[\u0005\u0090\u0098\u009b-\u009f]/);
        const left = passed
          .replaceAll(
            /\u001b\](?:8|4|10|11|12|104|11[0-2])(?:;[\x20-\x7e]*?)?(?:\u0007|\u001b\\)/g,
            '',
          )
          .replaceAll(/\u001b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]/g, '')
          .replaceAll(/\u001b[()*+#][\x30-\x7e]/g, '')
          .replaceAll(/\u001b(?![PX^_k[\]\\])[\x30-\x7e]/g, '');
        expect(left).not.toContain(esc);
      }),
      { numRuns: 2000 },
    );
  });
});
