// The rules of the command line (DESIGN.md, section 3): what is the launcher's, and what is the assistant's untouched.

import { describe, expect, it } from 'vitest';
import { builtInNames } from '../../../src/base/assistant-definition.ts';
import { AiError } from '../../../src/base/errors.ts';
import { commandNames } from '../../../src/base/command-names.ts';
import { commands, type CommandRecord } from '../../../src/cli/commands.ts';
import { dispatch } from '../../../src/cli/dispatch.ts';
import { printHelp, type Topic } from '../../../src/cli/help.ts';
import { overview } from '../../../src/cli/overview.ts';
import { optionsCommand } from '../../../src/cli/options.ts';
import { vi } from 'vitest';

/** A command line as `command {options} words`; or the error as `CODE problem`. */
function read(argv: readonly string[], own?: readonly string[]): string {
  try {
    const { command, options, words } = dispatch(argv, own);
    const settings = options.settings.values.map(({ key, value }) => {
      const text = value.kind === 'data' ? '?' : value.text;
      return text === 'true' ? key : `${key}=${text}`;
    });
    const plain = Object.entries(options.plain).map(([name, value]) =>
      value === true ? name : `${name}=${String(value)}`,
    );
    const all = [...plain, ...settings];
    return [
      command,
      ...(all.length > 0 ? [`{${all.join(' ')}}`] : []),
      ...words.map((word) => (/^[\w.=-]+$/.test(word) ? word : JSON.stringify(word))),
    ].join(' ');
  } catch (error) {
    if (!(error instanceof AiError)) throw error;
    const { code, facts } = error as AiError<'AI_USAGE' | 'AI_UNKNOWN_NAME'>;
    return `${code} ${'name' in facts ? `${facts.name} -> ${String(facts.nearest)}` : facts.problem}`;
  }
}

describe('an own assistant', () => {
  const own = ['aider', 'ps'];
  it.each<[string, string[], string]>([
    ['its arguments untouched', ['aider', '--help', '-p', ''], 'run aider --help -p ""'],
    ['ours before', ['--yolo', 'aider', '-c'], 'run {yolo} aider -c'],
    ['native after its name', ['aider', '--native', 'x'], 'run {native} aider x'],
    ['native after run and its name', ['run', 'aider', '--native'], 'run {native} aider'],
    ['a command’s name beats its', ['ps'], 'ps'],
    ['but for run', ['run', 'ps'], 'run ps'],
    ['a name after dashes is an argument', ['--', 'aider'], 'run -- aider'],
    ['a mistyped one', ['aidr'], 'AI_UNKNOWN_NAME aidr -> aider'],
    ['a sentence', ['aider x'], 'run "aider x"'],
  ])('%s', (_what, argv, expected) => {
    expect(read(argv, own)).toBe(expected);
  });

  it('is a name like any other where no settings define it', () => {
    expect(read(['aider'])).toBe('AI_UNKNOWN_NAME aider -> undefined');
  });
});

describe('the command line', () => {
  it.each<[string, string[], string]>([
    // The default assistant.
    ['nothing', [], 'run'],
    ['options only', ['--yolo', '-c'], 'run {continue yolo}'],
    ['dashes', ['--'], 'run --'],
    ['arguments after dashes', ['--', '--help', '-p', ''], 'run -- --help -p ""'],
    [
      'options, then arguments after dashes',
      ['-q', '--', '--model', 'x'],
      'run {quiet} -- --model x',
    ],
    ['a name after dashes is an argument', ['--', 'claude'], 'run -- claude'],
    ['a command after dashes is an argument', ['--', 'ps'], 'run -- ps'],
    ['dashes twice', ['--', '--', 'x'], 'run -- -- x'],

    // An assistant by name: everything after it is its own, byte for byte.
    ['an assistant', ['claude'], 'run claude'],
    ['its help', ['claude', '--help'], 'run claude --help'],
    ['its version', ['claude', '-V', '--version'], 'run claude -V --version'],
    [
      'options that look like ours',
      ['claude', '-p', 'x', '--yolo', '-e', 'A=1'],
      'run claude -p x --yolo -e A=1',
    ],
    ['its dashes', ['claude', '--', 'x'], 'run claude -- x'],
    ['dashes at its end', ['claude', '--'], 'run claude --'],
    ['its empty strings', ['claude', '', 'x', ''], 'run claude "" x ""'],
    ['words that are names', ['claude', 'ps', 'run'], 'run claude ps run'],
    [
      'ours before, its own after',
      ['--yolo', '--model', 'a', 'claude', '--model', 'b'],
      'run {yolo model=a} claude --model b',
    ],
    ['odd bytes', ['claude', 'a\nb', '日本'], 'run claude "a\\nb" "日本"'],

    // --native is ours right after its name too, and only there.
    ['native before the name', ['--native', 'claude', '-x'], 'run {native} claude -x'],
    ['local before the name', ['--local'], 'run {native}'],
    ['native after the name', ['claude', '--native', '-x'], 'run {native} claude -x'],
    ['local after the name', ['claude', '--local'], 'run {native} claude'],
    ['native twice after it', ['glm', '--native', '--native'], 'run {native} glm --native'],
    ['native later', ['claude', '-x', '--native'], 'run claude -x --native'],
    ['native after dashes', ['--', '--native'], 'run -- --native'],
    ['native after run and the name', ['run', 'claude', '--native'], 'run {native} claude'],
    ['native of a command', ['exec', 'claude', '--native'], 'exec claude --native'],

    // A sentence.
    ['a sentence', ['fix the tests'], 'run "fix the tests"'],
    ['a sentence, and arguments', ['fix it', '--verbose', '--'], 'run "fix it" --verbose --'],
    ['a sentence by its new line', ['fix\nit'], 'run "fix\\nit"'],
    ['options before a sentence', ['--yolo', 'fix it'], 'run {yolo} "fix it"'],
    ['a prompt as an option', ['-p', 'what is this?'], 'run {prompt=what is this?}'],
    ['a prompt that looks like an option', ['-p', '--help'], 'run {prompt=--help}'],
    ['an empty prompt', ['-p', ''], 'run {prompt=}'],
    ['a prompt for one by name', ['-p', 'hi', 'claude', '-x'], 'run {prompt=hi} claude -x'],

    // Commands: options before and after, up to the words that are somebody else's.
    ['run', ['run', 'claude', '--help'], 'run claude --help'],
    ['run without a name', ['run'], 'run'],
    [
      'run, options before and after',
      ['--yolo', 'run', '-c', 'claude', '-c'],
      'run {continue yolo} claude -c',
    ],
    ['run, dashes', ['run', '--', '--help'], 'run -- --help'],
    ['run, options and dashes', ['run', '-q', '--', 'claude'], 'run {quiet} -- claude'],
    ['exec', ['exec', 'ls', '-l', '--help'], 'exec ls -l --help'],
    ['exec with dashes', ['exec', '--', 'ls', '-l'], 'exec ls -l'],
    ['exec with its own dashes', ['exec', 'npm', 'test', '--', '-u'], 'exec npm test -- -u'],
    ['exec with dashes twice', ['exec', '--', '--', 'x'], 'exec -- x'],
    [
      'exec, options around it',
      ['-q', 'exec', '--root', '-e', 'A=1', 'ls', '-e', 'B=2'],
      'exec {quiet root env=A=1} ls -e B=2',
    ],
    ['exec of a command of ours', ['exec', 'ps', '--json'], 'exec ps --json'],
    ['exec of empty strings', ['exec', '--', 'printf', '', ''], 'exec printf "" ""'],
    ['shell with options', ['shell', '--root', '-v', '/a:/a'], 'shell {root mounts=/a:/a}'],
    ['ps', ['--json', 'ps'], 'ps {json}'],
    ['ps, options after', ['ps', '--json', '-q'], 'ps {json quiet}'],
    ['stop, options among its words', ['stop', 'a', '--json', 'b'], 'stop {json} a b'],
    ['a command by run', ['run', 'ps'], 'run ps'],
    ['setup, --yes before', ['--yes', 'setup'], 'setup {yes}'],
    ['setup, options after', ['setup', '-y', '--dry-run', '--json'], 'setup {yes dryRun json}'],
    ['an engine for a list', ['--host', 'h', 'ps', '--context', 'c'], 'ps {host=h context=c}'],
    ['--yes for a list, as an alias has it', ['-y', 'clean', '--debug'], 'clean {yes debug}'],
    [
      'where, with all that it shows',
      ['-C', '/x', 'where', '-v', '/a:/a', '--root', '--workspace', 'same', '--allow-root-dir'],
      'where {directory=/x allowRootDir mounts=/a:/a root workspace=same}',
    ],
    ['where, for an assistant', ['where', '-a', 'codex'], 'where {assistant=codex}'],
    ['exec, its preview as JSON', ['exec', '--dry-run', '--json', 'ls'], 'exec {dryRun json} ls'],
    ['useless ones do not matter to help', ['--yolo', 'ps', '--help'], 'ps {help yolo}'],

    // Values.
    [
      'variables, again and again',
      ['-e', 'A=1', '--env', 'B', '--env=C=x=y', '-eD=1'],
      'run {env=A=1 env=B env=C=x=y env=D=1}',
    ],
    [
      'mounts, again and again',
      ['-v', '/a:/a', '--mount', '/b:/b:ro', '--mount=/c:/c'],
      'run {mounts=/a:/a mounts=/b:/b:ro mounts=/c:/c}',
    ],
    [
      'mounts on both sides',
      ['-v', '/a:/a', 'exec', '-v', '/b:/b', 'x'],
      'exec {mounts=/a:/a mounts=/b:/b} x',
    ],
    [
      'the later value of two last',
      ['--memory', '1g', 'exec', '--memory', '2g', 'x'],
      'exec {memory=1g memory=2g} x',
    ],
    ['short ones together', ['-qc'], 'run {quiet continue}'],
    ['a directory', ['-C', '/x', 'claude'], 'run {directory=/x} claude'],
    ['what the value holds', ['-e', 'A=two words\nlines'], 'run {env=A=two words\nlines}'],
    [
      'the rest',
      ['--dry-run', '--wait-removed', '--allow-root-dir', '-y', '--debug'],
      'run {dryRun waitRemoved allowRootDir yes debug}',
    ],

    // Help and version of ours.
    ['our help', ['--help'], 'run {help}'],
    ['our help, in short', ['-h'], 'run {help}'],
    ['our version', ['--version'], 'run {version}'],
    ['help for a command', ['ps', '--help'], 'ps {help}'],
    ['help before a command', ['--help', 'exec'], 'exec {help}'],
    ['help by a word', ['help', 'ps'], 'ps {help}'],
    ['help for all options', ['help', 'options'], 'run {help}'],
  ])('%s: ai %j', (_what, argv, expected) => {
    const sorted = (text: string): string =>
      text.replace(
        /\{([^\n]*?)\}/,
        (_all, inner: string) => `{${inner.split(' ').sort().join(' ')}}`,
      );
    expect(sorted(read(argv))).toBe(sorted(expected));
  });

  it.each<[string[], string]>([
    [['cluade'], 'AI_UNKNOWN_NAME cluade -> claude'],
    [['exce', 'ls'], 'AI_UNKNOWN_NAME exce -> exec'],
    [['banana'], 'AI_UNKNOWN_NAME banana -> undefined'],
    [[''], 'AI_UNKNOWN_NAME  -> undefined'],
    [['constructor'], 'AI_UNKNOWN_NAME constructor -> undefined'],
    [['--bogus'], "AI_USAGE unknown option '--bogus'"],
    [['--bogus', 'claude', '--help'], "AI_USAGE unknown option '--bogus'"],
    [['-Z', 'claude'], "AI_USAGE unknown option '-Z'"],
    [['exec', '--bogus', 'ls'], "AI_USAGE unknown option '--bogus'"],
    [['ps', '--bogus'], "AI_USAGE unknown option '--bogus'"],
    [['ps', '--all'], "AI_USAGE unknown option '--all'"],
    [['-p'], "AI_USAGE option '-p, --prompt <text>' argument missing"],
    [['--memory'], "AI_USAGE option '--memory <size>' argument missing"],

    // What a command does not use, before or after its name.
    [['setup', '--native'], 'AI_USAGE ai setup does not take --native'],
    [['--memory', '4g', 'setup', '--yes'], 'AI_USAGE ai setup does not take --memory'],
    [['setup', '-e', 'FOO=1'], 'AI_USAGE ai setup does not take --env'],
    [['setup', '-C', '/x'], 'AI_USAGE ai setup does not take --directory'],
    [['ps', '--yolo'], 'AI_USAGE ai ps does not take --yolo'],
    [['-c', 'ps'], 'AI_USAGE ai ps does not take --continue'],
    [['ps', '--dry-run'], 'AI_USAGE ai ps does not take --dry-run'],
    [['ps', '-a', 'codex'], 'AI_USAGE ai ps does not take --assistant'],
    [['--network', 'none', 'stop', 'x'], 'AI_USAGE ai stop does not take --network'],
    [['clean', '--allow-root-dir'], 'AI_USAGE ai clean does not take --allow-root-dir'],
    [['mode', '--model', 'x'], 'AI_USAGE ai mode does not take --model'],
    [['assistants', '--timeout', '9s'], 'AI_USAGE ai assistants does not take --timeout'],
    [['where', '-p', 'x'], 'AI_USAGE ai where does not take --prompt'],
    [['where', '--memory', '4g'], 'AI_USAGE ai where does not take --memory'],
    [['exec', '-p', 'x', 'ls'], 'AI_USAGE ai exec does not take --prompt'],
    [['shell', '-c'], 'AI_USAGE ai shell does not take --continue'],
    [['exec', '--json', 'ls'], 'AI_USAGE ai exec does not take --json'],
    [['ps', 'x'], 'AI_USAGE ai ps takes no arguments, but got “x”'],
  ])('ai %j is an error: %s', (argv, expected) => {
    expect(read(argv)).toBe(expected);
  });

  it('suggests the option that was meant', () => {
    expect(() => dispatch(['--yoyo'])).toThrow(
      expect.objectContaining({
        facts: { problem: "unknown option '--yoyo'", next: 'did you mean --yolo?' },
      }) as Error,
    );
  });

  it('keeps the options of a command apart from those of all', () => {
    expect(dispatch(['stop', '--all']).options.extra['all']).toBe(true);
    expect(dispatch(['stop', 'x']).options.extra['all']).toBeUndefined();
  });
});

describe('help', () => {
  async function help(topic: Topic, own: readonly string[] = []): Promise<string> {
    let text = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    await printHelp(topic, () => Promise.resolve(own));
    write.mockRestore();
    return text;
  }

  it('begins with what it is and examples, and names every assistant and command', async () => {
    const text = await help('overview');
    expect(text).toMatch(/^ai — .+\n\n {2}ai +start .+\n {2}ai "/);
    for (const name of builtInNames) expect(text).toContain(name);
    const [, list = ''] = /^Commands:\n((?: .+\n)+)/m.exec(text) ?? [];
    for (const name of commandNames)
      expect(list.match(new RegExp(`[ ,]${name}(,|$)`, 'gm'))).toHaveLength(1);
    for (const pointer of ['ai COMMAND --help', 'ai help options', 'ai explain CODE'])
      expect(text).toContain(pointer);
    expect(text).not.toMatch(/undefined|\[object| +$/m);
  });

  it('fits one screen with the next prompt, also with five more commands', () => {
    const coming = ['commit', 'doctor', 'shell-init', 'completion', 'image', 'update', 'init'];
    const all = [...new Set([...commandNames, ...coming])];
    for (const commandsOf of [commandNames, all]) {
      const lines = overview({ commands: commandsOf, own: [] }, 80);
      expect(lines.length).toBeLessThanOrEqual(23);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    }
    expect(overview({ commands: [...all, 'new-one'], own: [] }, 80)).toContainEqual(
      expect.stringMatching(/^ {2}More +new-one$/),
    );
  });

  it('stays on one screen whatever assistants the user has', () => {
    const own = Array.from({ length: 30 }, (_, index) => `assistant-${index}`);
    const lines = overview({ commands: commandNames, own }, 80);
    expect(lines).toContainEqual(
      expect.stringMatching(/^Assistants: .*, assistant-0, …$/) as string,
    );
    expect(lines.length).toBeLessThanOrEqual(23);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('of ai run, which is ai help options, lists every option', async () => {
    const text = (await help('run')).replaceAll(/\s+/g, ' ');
    for (const { flags, description } of optionsCommand().options) {
      expect(text).toContain(flags);
      expect(text).toContain(description);
    }
  });

  it('is an overview only where nothing is named', () => {
    for (const argv of [['--help'], ['help'], ['-h']]) expect(dispatch(argv).bare).toBe(true);
    for (const argv of [
      ['run', '--help'],
      ['help', 'options'],
      ['ps', '-h'],
    ])
      expect(dispatch(argv).bare).toBeUndefined();
  });

  it('names the user’s own assistants behind the built-in ones, and of a command none', async () => {
    expect(await help('overview', ['aider', 'mine'])).toContain(
      `Assistants: ${builtInNames.join(', ')}, aider, mine\n`,
    );
    expect(await help('ps', ['aider'])).not.toContain('aider');
  });

  it.each(commandNames.filter((name) => name !== 'run'))(
    'of ai %s has its usage and its own options',
    async (name) => {
      const { usage, extra = [] }: CommandRecord = commands[name];
      const text = await help(name);
      expect(text.startsWith(`${usage}\n`)).toBe(true);
      for (const { flags } of extra) expect(text).toContain(flags);
      expect(text).toContain('--json');
    },
  );

  it('of a command that starts nothing has no options of runs', async () => {
    const setup = await help('setup');
    for (const flag of ['--yes', '--dry-run', '--json', '--host', '--context', '--quiet'])
      expect(setup).toContain(`${flag} `);
    expect(setup).not.toMatch(/--(memory|env|native|yolo|prompt|mount|directory|wait-removed)\b/);
    expect(await help('where')).toMatch(/--mount\b[^]*--workspace\b/);
    expect(await help('where')).not.toMatch(/--(memory|prompt)\b/);
    expect(await help('exec')).toMatch(/--memory\b/);
    expect(await help('exec')).not.toMatch(/--prompt\b/);
  });

  it('exists for every command that can be loaded', async () => {
    for (const name of commandNames) expect(await commands[name].load()).toBeTypeOf('function');
  });
});
