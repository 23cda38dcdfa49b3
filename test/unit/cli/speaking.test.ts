// How the launcher looks: words of errors, tables, colours, progress.

import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AiError, type ErrorCode, type ErrorFacts } from '../../../src/base/errors.ts';
import { PlainProgress } from '../../../src/cli/plain-progress.ts';
import { setPlain } from '../../../src/cli/plain.ts';
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
      { origin: 'f:1', key: 'memroy', problem: 'is not a setting', nearest: 'memory' },
      { origin: 'f:2', key: '', problem: evil },
    ],
  },
  AI_DIRECTORY_MISSING: { path: evil },
  AI_PROJECT_UNREADABLE: { path: evil, cause: evil },
  AI_ROOT_REFUSED: { path: evil, why: evil },
  AI_MOUNT_INVALID: { text: evil, why: evil },
  AI_MOUNT_SOURCE_MISSING: { source: evil },
  AI_MOUNT_SOCKET: { path: evil, socket: evil },
  AI_PROTECT_LINK: { path: evil },
  AI_MASK_TOO_MANY: { pattern: '*.txt', matches: 412, most: 200 },
  AI_MASK_DIRECTORY: { name: 'secrets', pattern: '/secrets/' },
  AI_KEY_MISSING: { assistant: evil, vendor: evil, page: evil, variable: evil, file: evil },
  AI_SECRET_COMMAND: { name: 'NPM_TOKEN', command: 'op read x', failure: 'exit', detail: '1' },
  AI_SECRET_MISSING: { names: ['NPM_TOKEN'], where: 'of all projects' },
  AI_ENDPOINT_MALFORMED: { assistant: evil, variable: evil },
  AI_ASSISTANT_MISSING: { assistant: evil, title: evil, package: evil },
  AI_INSTALL_FAILED: { package: evil, step: 'npm', output: evil },
  AI_COMMAND_NOT_FOUND: { command: evil },
  AI_COMMAND_NOT_EXECUTABLE: { command: evil, cause: evil },
  AI_TTY_MISSING: { command: evil, instead: evil },
  AI_ENGINE_MISSING: { tried: [evil, '/var/run/docker.sock'] },
  AI_ENGINE_UNREACHABLE: { endpoint: evil, cause: evil },
  AI_ENGINE_PERMISSION: { socket: evil },
  AI_ENGINE_CONTEXT: { context: evil, cause: evil },
  AI_ENGINE_API_OLD: { version: evil, needed: '1.41' },
  AI_ENGINE_REMOTE: { endpoint: evil, cause: evil },
  AI_ENGINE_SSH: {
    endpoint: evil,
    command: evil,
    socket: evil,
    trouble: 'no-engine',
    said: evil,
  },
  AI_ENGINE_REFUSED: { doing: evil, status: 500, message: evil },
  AI_ENGINE_LOST: { container: evil },
  AI_SETUP_NEEDED: { missing: evil, commands: [evil] },
  AI_SETUP_ROOT: { missing: evil, commands: [evil] },
  AI_SETUP_UNSUPPORTED: { why: evil, commands: [evil] },
  AI_SETUP_NAMED: { origin: evil, name: evil, forbidden: false },
  AI_SETUP_FAILED: { step: evil, output: evil },
  AI_SETUP_LOGIN: { user: evil, group: evil },
  AI_BASE_UNREACHABLE: { image: evil, cause: evil },
  AI_IMAGE_MISSING: { image: evil, assistant: evil, cause: evil },
  AI_IMAGE_PLATFORM: { image: evil, architecture: evil, engine: evil, setting: evil },
  AI_IMAGE_UNFIT: { image: evil, assistant: evil, why: evil, source: evil },
  AI_IMAGE_SOURCE: { file: evil, why: evil, next: 'ai config list --origin' },
  AI_IMAGE_UNTRUSTED: { names: [evil, evil], assistant: evil },
  AI_BASE_FAILED: { step: evil, output: evil },
  AI_REGISTRY_UNREACHABLE: { package: evil, cause: evil },
  AI_VERSION_UNKNOWN: { assistant: evil, version: evil, known: [evil], offline: true },
  AI_UPDATE_FAILED: { assistant: evil, version: evil, here: evil, why: evil, output: evil },
  AI_ROLLBACK_NONE: { assistant: evil, version: evil, have: [evil] },
  AI_LOCK_FAILED: { package: evil, step: 'npm', output: evil },
  AI_IMAGE_BUILD_FAILED: { step: evil, output: evil, network: true, kept: true },
  AI_RUN_NOT_FOUND: { name: evil },
  AI_FILE_UNREADABLE: { path: '/c/config.yaml', cause: 'EACCES' },
  AI_BACKUP_DAMAGED: { path: '/c/backups/x', cause: 'it is not there' },
  AI_BACKUP_MISSING: { wanted: 'of claude', have: ['2026-11-26T21-40-00.123Z'] },
  AI_STATE_UNSAVED: {
    path: '/c/global_state/claude/x',
    cause: 'ENOSPC',
    stage: '/c/runs/abc/home',
  },
  AI_STATE_IN_USE: { path: '/c/global_state/claude', run: 'abc' },
  AI_STATE_UNWRITABLE: { path: evil, cause: evil },
  AI_FILES_ROOTS: { paths: [evil], owner: '1000:1000', cause: evil },
  AI_GIT: { trouble: 'failed', path: evil, said: evil },
  AI_COMMIT_SECRET: { places: [evil] },
  AI_COMMIT_ANSWER: { assistant: evil, name: evil, why: evil, said: evil },
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
    expect(next).not.toBe('');
    expect(what).not.toMatch(/\.$/);
    for (const line of [what, ...details, next]) {
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
        'f:1: memroy is not a setting; did you mean memory?',
        expect.stringMatching(/^f:2: x/) as string,
      ],
    });
  });

  const said = <C extends ErrorCode>(code: C, of: ErrorFacts[C]): string => {
    const { what, details = [], next } = wordsOf(new AiError(code, of));
    return [what, ...details, `→ ${next}`].join('\n');
  };

  it.each<[origin: string, key: string, line: string, next: string]>([
    ['--timeout', 'timeout', '--timeout must be x', 'ai --help  lists the options'],
    ['AI_TIMEOUT', 'timeout', 'AI_TIMEOUT must be x', 'unset AI_TIMEOUT'],
    ['/c d/config.yaml:3:7', 'pids', '/c d/config.yaml:3:7: pids must be x', 'ai config edit'],
    ['/c/config.yaml:3:1', '', '/c/config.yaml:3:1: must be x', 'ai config edit'],
    ['/c/config.yaml', '', '/c/config.yaml: must be x', 'ai config edit'],
    ['/p q/.airc:3:1', 'pids', '/p q/.airc:3:1: pids must be x', "correct '/p q/.airc'"],
    ['', 'pids', 'pids must be x', 'give another value: nothing was changed'],
  ])('name the setting of %s once', (origin, key, line, next) => {
    const problems = [{ origin, key, problem: 'must be x' }];
    expect(said('AI_SETTING_INVALID', { problems })).toBe(`a setting is wrong\n${line}\n→ ${next}`);
  });

  it('align several settings, with one thing to do', () => {
    const problems = [
      {
        origin: '/c/config.yaml:1:1',
        key: 'memroy',
        problem: 'is not a setting',
        nearest: 'memory',
      },
      { origin: '/c/config.yaml:12:3', key: 'image.base', problem: 'must be x' },
      { origin: 'AI_PIDS', key: 'pids', problem: 'must be y' },
    ];
    expect(said('AI_SETTING_INVALID', { problems: problems.slice(0, 2) })).toBe(
      [
        '2 settings are wrong',
        '/c/config.yaml:1:1:  memroy is not a setting; did you mean memory?',
        '/c/config.yaml:12:3: image.base must be x',
        '→ ai config edit',
      ].join('\n'),
    );
    expect(said('AI_SETTING_INVALID', { problems })).toContain(
      ['AI_PIDS              must be y', '→ ai config edit; unset AI_PIDS'].join('\n'),
    );
  });

  it('quote paths in commands for a shell', () => {
    const [directory, cause] = ["/a b/it's", 'EACCES: permission denied, open '];
    const quoted = String.raw`'/a b/it'\''s'`;
    for (const text of [
      said('AI_FILE_UNREADABLE', { path: directory, cause }),
      said('AI_PROJECT_UNREADABLE', { path: directory, cause }),
      said('AI_STATE_UNWRITABLE', { path: directory, cause }),
    ])
      expect(text).toMatch(/→ ls -ld /);
    expect(said('AI_FILE_UNREADABLE', { path: directory, cause })).toContain(`ls -ld ${quoted}`);
    expect(said('AI_DIRECTORY_MISSING', { path: directory })).toContain(`mkdir -p ${quoted}`);
    expect(said('AI_MOUNT_SOURCE_MISSING', { source: directory })).toContain(`mkdir -p ${quoted}`);
  });

  it('say a system’s answer without its code and call', () => {
    const cause = "EACCES: permission denied, open '/p'";
    expect(said('AI_FILE_UNREADABLE', { path: '/p', cause })).toMatch(
      /^cannot read \/p: permission denied\n/,
    );
    expect(said('AI_STATE_UNWRITABLE', { path: '/p/x', cause: 'ENOSPC: no space left' })).toMatch(
      /→ df -h \/p$/,
    );
  });

  it('say that the current directory is gone', () => {
    expect(said('AI_DIRECTORY_MISSING', { path: undefined })).toMatch(
      /^the current directory is gone\n→ cd /,
    );
  });

  it('speak of assistants only, where only they were possible', () => {
    const assistants = ['claude', 'codex'];
    const without = said('AI_UNKNOWN_NAME', { name: 'gemini', nearest: undefined, assistants });
    expect(without).toBe('“gemini” is not an assistant\n→ choose one: ai -a claude, ai -a codex');
    expect(said('AI_UNKNOWN_NAME', { name: 'cluade', nearest: 'claude', assistants })).toBe(
      '“cluade” is not an assistant\n→ did you mean claude?',
    );
  });

  const networking =
    'driver failed programming external connectivity on endpoint ai-app-1 (0a1b2c3d): ';
  it.each([
    [
      '(HTTP code 403) unexpected - authorization denied by plugin x',
      'authorization denied by plugin x',
    ],
    ['Error response from daemon: no such image: x.', 'no such image: x'],
    [
      'failed to create task for container: failed to create shim task: OCI runtime create failed: ' +
        'runc create failed: unable to start container process: exec: "x": not found: unknown',
      'exec: "x": not found',
    ],
    [
      'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "x": y: unknown',
      'exec: "x": y',
    ],
    [`${networking}iptables failed`, 'iptables failed'],
    ['', 'it does not say why'],
  ])('say “%s” in an engine’s plain words', (message, plain) => {
    const [what, next] = said('AI_ENGINE_REFUSED', { doing: 'do it', status: 500, message }).split(
      '\n',
    );
    expect(what).toBe(`the engine refused to do it (500): ${plain}`);
    expect(next).toMatch(/^→ \S/);
  });

  it.each([
    [`${networking}Bind for 127.0.0.1:8080 failed: port is already allocated`, '127.0.0.1', 8081],
    [
      `${networking}Error starting userland proxy: listen tcp4 127.0.0.1:8080: bind: address already in use`,
      '127.0.0.1',
      8081,
    ],
    [
      `failed to set up container networking: ${networking}failed to bind host port for 127.0.0.1:8080:172.17.0.2:80/tcp: address already in use`,
      '127.0.0.1',
      8081,
    ],
    [`${networking}Bind for [::1]:8080 failed: port is already allocated`, '[::1]', 8081],
    ['rootlessport listen tcp 0.0.0.0:8080: bind: address already in use', '0.0.0.0', 8081],
  ])('name the port that is taken: %s', (message, address, other) => {
    const text = said('AI_ENGINE_REFUSED', { doing: 'start the container', status: 500, message });
    expect(text).toContain(`port 8080 of ${address} of this machine is taken already\n`);
    expect(text).toContain(`ai -P ${other}:PORT`);
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
    ['', 'false', 'xterm', true, false],
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

describe('plain words', () => {
  const forced = (): NodeJS.WritableStream => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('FORCE_COLOR', '1');
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 30 });
    setPlain({ stdout: stream, stderr: stream }, true);
    return stream;
  };

  it('have no colour, whatever is forced', () => {
    expect(wantsColour(forced())).toBe(false);
  });

  it('are a line a cell instead of a table, without what is empty', async () => {
    const rows = [
      ['4cc74d0d', 'running', '/home/ann/a project with a long name'],
      ['5dd85e1e', '', 'tab\there'],
    ];
    expect(await formatTable(['RUN', 'STATE', 'PROJECT'], rows, forced())).toBe(
      [
        'Run: 4cc74d0d',
        'State: running',
        'Project: /home/ann/a project with a long name',
        '',
        'Run: 5dd85e1e',
        'Project: tab\\there',
        '',
      ].join('\n'),
    );
  });

  it('begin when the settings say so, with words of errors instead of marks', () => {
    const emit = makeReporter({ quiet: true, debug: false });
    const error = new AiError('AI_RUN_NOT_FOUND', { name: 'x' });
    const text = capture(() => {
      emit({ type: 'plain' });
      reportError(error, false);
      setPlain(process, false);
      reportError(error, false);
    });
    expect(text).toBe(
      ['next:', '→']
        .map((mark) => `ai: no run of yours is called x\n    ${mark} ai ps\n    AI_RUN_NOT_FOUND\n`)
        .join(''),
    );
  });
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

  describe('that a terminal is too narrow for', () => {
    const at = (columns: number): NodeJS.WritableStream =>
      Object.assign(new PassThrough(), { isTTY: true, columns });
    const rows = [
      ['09:05', 'start', 'claude, secure, network allowlist, protect readonly'],
      ['09:06', 'end', ''],
      ['09:07', 'changed', '/a-path-that-is-longer-than-the-line-of-this-terminal/file'],
    ];
    const shown = async (columns: number): Promise<string[]> => {
      vi.stubEnv('NO_COLOR', '1');
      return (await formatTable(['TIME', 'WHAT', 'DETAILS'], rows, at(columns))).split('\n');
    };

    it('goes on below its last column', async () => {
      expect(await shown(50)).toEqual([
        'TIME   WHAT     DETAILS',
        '09:05  start    claude, secure, network allowlist,',
        '                protect readonly',
        '09:06  end',
        '09:07  changed  /a-path-that-is-longer-than-the-line-of-this-terminal/file',
        '',
      ]);
    });

    it('has more lines a row where that column has no room', async () => {
      expect(await shown(40)).toEqual([
        ...['TIME   WHAT', '    DETAILS', '09:05  start'],
        '    claude, secure, network allowlist,',
        '    protect readonly',
        ...['09:06  end', '09:07  changed'],
        '    /a-path-that-is-longer-than-the-line-of-this-terminal/file',
        '',
      ]);
    });

    it('is one line a row elsewhere', async () => {
      expect(await formatTable(['A'], [['x '.repeat(99)]], process.stdout)).toHaveLength(200);
    });
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

  it('in plain words is a whole line every few seconds, and says again what takes long', () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const lines: string[] = [];
    const progress = new PlainProgress((line) => lines.push(line));
    progress.see({ type: 'work-start', title: 'image for claude' });
    for (const step of [1, 2, 3]) {
      progress.see({ type: 'work-step', step, total: 9, label: `RUN step\u001b${step}` });
      progress.see({ type: 'work-line', line: 'noise' });
      vi.advanceTimersByTime(2000);
    }
    vi.advanceTimersByTime(33_000);
    progress.see({ type: 'work-end', ok: false, summary: 'no image for claude' });
    vi.advanceTimersByTime(60_000);
    expect(lines).toEqual([
      'ai: started: image for claude',
      'ai: step 2 of 9: RUN step\\x1b2, 3 s',
      'ai: step 3 of 9: RUN step\\x1b3, 6 s',
      'ai: step 3 of 9: RUN step\\x1b3, 36 s',
      'ai: failed: no image for claude, 39 s',
    ]);
  });

  const events = (emit: ReturnType<typeof makeReporter>): void => {
    emit({ type: 'notice', text: 'no isolation\u0007' });
    emit({ type: 'note', text: 'a\nb' });
    emit({ type: 'note', text: '# comment' });
    emit({ type: 'warning', text: 'careful\u0007' });
    emit({ type: 'debug', text: 'detail' });
  };
  it.each([
    ['usually', false, false, 'ai: no isolation\\x07\nai: a\\nb\n# comment\nai: careful\\x07\n'],
    ['with --quiet', true, false, 'ai: no isolation\\x07\n'],
    [
      'with --debug',
      false,
      true,
      'ai: no isolation\\x07\nai: a\\nb\n# comment\nai: careful\\x07\nai: detail\n',
    ],
  ])('and the rest go to stderr, %s', (_what, quiet, debug, expected) => {
    expect(
      capture(() => {
        events(makeReporter({ quiet, debug }));
      }),
    ).toBe(expected);
  });
});
