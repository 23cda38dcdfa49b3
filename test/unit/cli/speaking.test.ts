// How the launcher looks: words of errors, tables, colours, progress.

import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AiError, type ErrorCode, type ErrorFacts } from '../../../src/base/errors.ts';
import { makePalette, wantsColour } from '../../../src/cli/palette.ts';
import { Progress } from '../../../src/cli/progress.ts';
import { reportError } from '../../../src/cli/report-error.ts';
import { makeReporter } from '../../../src/cli/reporter.ts';
import { formatTable } from '../../../src/cli/table.ts';
import { wordsOf } from '../../../src/cli/words.ts';

/** Facts of every code, and a last word that nobody means well. */
const evil = 'x\u001b[31m\ny';
const facts: { [C in ErrorCode]: ErrorFacts[C] } = {
  AI_USAGE: { problem: evil, next: evil },
  AI_UNKNOWN_NAME: { name: evil, nearest: undefined },
  AI_SETTING_INVALID: {
    problems: [
      { origin: 'f:1', key: 'memroy', problem: 'is no setting', nearest: 'memory' },
      { origin: 'f:2', key: '', problem: evil },
    ],
  },
  AI_DIRECTORY_MISSING: { path: evil },
  AI_PROJECT_UNREADABLE: { path: evil, cause: evil },
  AI_ROOT_REFUSED: { path: evil, why: evil },
  AI_MOUNT_INVALID: { text: evil, why: evil },
  AI_MOUNT_SOURCE_MISSING: { source: evil },
  AI_MOUNT_CHANGED: { source: evil },
  AI_TTY_MISSING: { command: evil, instead: evil },
  AI_ENGINE_MISSING: { tried: [evil, '/var/run/docker.sock'] },
  AI_ENGINE_UNREACHABLE: { endpoint: evil, cause: evil },
  AI_ENGINE_PERMISSION: { socket: evil },
  AI_ENGINE_CONTEXT: { context: evil, cause: evil },
  AI_ENGINE_API_OLD: { version: evil, needed: '1.41' },
  AI_ENGINE_REMOTE: { endpoint: evil, cause: evil },
  AI_ENGINE_REFUSED: { doing: evil, status: 500, message: evil },
  AI_ENGINE_LOST: { container: evil },
  AI_BASE_UNREACHABLE: { image: evil, cause: evil },
  AI_BASE_FAILED: { step: evil, output: evil },
  AI_IMAGE_BUILD_FAILED: { step: evil, output: evil, network: true, kept: true },
  AI_RUN_NOT_FOUND: { name: evil },
  AI_FILE_UNREADABLE: { path: '/c/config.yaml', cause: 'EACCES' },
  AI_STATE_UNWRITABLE: { path: evil, cause: evil },
  AI_INTERRUPTED: { before: evil },
};
const codes = Object.keys(facts) as ErrorCode[];

function capture(act: () => void): string {
  let text = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  act();
  write.mockRestore();
  return text;
}

beforeEach(() => {
  vi.stubEnv('NO_COLOR', '1');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the words of errors', () => {
  it.each(codes)('say %s on lines of their own', (code) => {
    const { what, details = [], next } = wordsOf(new AiError(code, facts[code]));
    expect(what).not.toBe('');
    expect(what).not.toMatch(/\.$/);
    for (const line of [what, ...details, next ?? '']) {
      expect(line).not.toMatch(/undefined|\[object|NaN/);
      // eslint-disable-next-line no-control-regex -- that there are none is the point
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }
  });

  it.each(codes)('show %s with its code last, and never a stack', (code) => {
    const text = capture(() => {
      reportError(new AiError(code, facts[code]), false);
    });
    expect(text.startsWith('ai: ')).toBe(true);
    expect(text.endsWith(`    ${code}\n`)).toBe(true);
    expect(text).not.toContain('    at ');
  });

  it('say which settings are wrong, and what was meant', () => {
    expect(wordsOf(new AiError('AI_SETTING_INVALID', facts.AI_SETTING_INVALID))).toMatchObject({
      what: '2 settings are wrong',
      details: [
        'f:1: memroy is no setting; did you mean memory?',
        expect.stringMatching(/^f:2: x/) as string,
      ],
    });
  });

  it('show the stack of a bug, and of an error only with --debug', () => {
    const bug = capture(() => {
      reportError(new TypeError('x is not a function'), false);
    });
    expect(bug).toMatch(/^ai: this is a bug in ai/);
    expect(bug).toContain('TypeError: x is not a function');
    expect(bug).toMatch(/ {4}at .*\n {4}ai \S+, node v/s);
    expect(
      capture(() => {
        reportError('just a text', false);
      }),
    ).toContain('just a text');
    expect(
      capture(() => {
        reportError(new AiError('AI_RUN_NOT_FOUND', { name: 'x' }), true);
      }),
    ).toContain('    at ');
  });
});

describe('colours', () => {
  const stream = (isTTY: boolean): NodeJS.WritableStream =>
    ({ isTTY }) as unknown as NodeJS.WritableStream;
  it.each([
    // NO_COLOR, FORCE_COLOR, TERM, at a terminal
    ['', '', 'xterm', true, true],
    ['', '', 'xterm', false, false],
    ['', '', 'dumb', true, false],
    ['1', '', 'xterm', true, false],
    ['1', '1', 'xterm', true, false],
    ['', '1', 'xterm', false, true],
    ['', '1', 'dumb', false, true],
    ['', '0', 'xterm', true, false],
  ])(
    'NO_COLOR=%s FORCE_COLOR=%s TERM=%s, a terminal: %s -> %s',
    (no, force, term, isTTY, wanted) => {
      vi.stubEnv('NO_COLOR', no);
      vi.stubEnv('FORCE_COLOR', force);
      vi.stubEnv('TERM', term);
      expect(wantsColour(stream(isTTY))).toBe(wanted);
      expect(makePalette(stream(isTTY)).red('x')).toBe(wanted ? '\u001b[31mx\u001b[39m' : 'x');
    },
  );
});

describe('a table', () => {
  it('is aligned, without trailing blanks, and shows no control characters', async () => {
    const rows = [
      ['a', 'running', '/p'],
      ['long-id', 'x', 'tab\there'],
      ['c', '', ''],
    ];
    expect(await formatTable(['RUN', 'STATE', 'PROJECT'], rows, process.stdout)).toBe(
      [
        'RUN      STATE    PROJECT',
        'a        running  /p',
        'long-id  x        tab\\there',
        'c',
        '',
      ].join('\n'),
    );
  });

  it('has a bold head where colours are wanted', async () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('FORCE_COLOR', '1');
    expect(await formatTable(['A'], [['1']], process.stdout)).toBe('\u001b[1mA\u001b[22m\n1\n');
  });
});

describe('progress', () => {
  it('without a terminal is plain lines', () => {
    let text = '';
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        text += String(chunk);
        done();
      },
    });
    const progress = new Progress(stream as unknown as NodeJS.WriteStream);
    progress.see({ type: 'work-start', title: 'building the image for claude' });
    progress.see({ type: 'work-step', step: 1, total: 4, label: 'FROM \u001b[31mx' });
    progress.see({ type: 'work-line', line: 'noise' });
    progress.see({ type: 'work-step', step: 2, total: undefined, label: 'pull' });
    progress.pause(() => {
      text += 'said\n';
    });
    progress.see({ type: 'work-end', ok: true, summary: 'built ai/claude:1' });
    expect(text).toBe(
      [
        'ai: building the image for claude …',
        'ai: [1/4] FROM \\x1b[31mx (0 s)',
        'ai: [2] pull (0 s)',
        'said',
        'ai: built ai/claude:1 (0 s)',
        '',
      ].join('\n'),
    );
  });

  const events = (emit: ReturnType<typeof makeReporter>): void => {
    emit({ type: 'note', text: 'a\nb' });
    emit({ type: 'note', text: '# comment' });
    emit({ type: 'warning', text: 'careful\u0007' });
    emit({ type: 'debug', text: 'detail' });
  };
  it.each([
    ['usually', false, false, 'ai: a\\nb\n# comment\nai: careful\\x07\n'],
    ['with --quiet', true, false, ''],
    ['with --debug', false, true, 'ai: a\\nb\n# comment\nai: careful\\x07\nai: detail\n'],
  ])('and the rest go to stderr, %s', (_what, quiet, debug, expected) => {
    expect(
      capture(() => {
        events(makeReporter({ quiet, debug }));
      }),
    ).toBe(expected);
  });
});
