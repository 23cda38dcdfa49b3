// ai commit on real repositories, with a remote over ssh and a real terminal. The assistant is a script on the host, so that it says
// what a test wants; test/e2e/commit.test.ts has the real ones, in containers.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commit } from '../../src/launch/commit-act.ts';
import { lookAtEditor, lookAtRepository, stagedTree } from '../../src/launch/commit-look.ts';
import { aiCommand, runAi, startAi, type AiOptions, type AiResult } from '../support/ai.ts';
import { CommitWorld, type CommitUser } from '../support/commit-home.ts';
import { eventually } from '../support/eventually.ts';
import { fakeAssistant, pathWith } from '../support/fake-assistant.ts';
import { git, makeRepository } from '../support/repository.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const world = new CommitWorld();
beforeAll(() => world.start());
afterAll(() => world.stop());

const good = 'feat(app): add a greeting\n\nPeople expect one.';

interface Setting {
  answers?: readonly string[];
  /** Shell that the assistant runs first. */
  first?: string;
  settings?: string;
  env?: Record<string, string>;
}

/** A user whose assistant gives these answers, one at each call. */
function newUser({ answers = [good], first = '', settings, env = {} }: Setting = {}) {
  const user = world.newUser({ ...(settings !== undefined && { settings }) });
  const box = temporaryDirectory();
  const temporary = temporaryDirectory();
  for (const [index, answer] of answers.entries())
    writeFileSync(path.join(box, `answer-${index}`), answer);
  const script = [
    `pwd > ${box}/pwd; ls -A > ${box}/seen`,
    `n=$(ls ${box} | grep -c '^asked-'); for last; do :; done`,
    `printf '%s' "$last" > ${box}/asked-$n`,
    first,
    `cat ${box}/answer-$n`,
  ].join('\n');
  const options: AiOptions = {
    ...{ home: user.home, cwd: user.project },
    env: { ...user.env, PATH: pathWith(fakeAssistant(script)), TMPDIR: temporary, ...env },
  };
  const words = (more: readonly string[]): string[] => ['commit', '--native', ...more];
  return {
    ...user,
    box,
    temporary,
    options,
    /** What the assistant was asked, time by time. */
    asked: (): string[] =>
      readdirSync(box)
        .filter((name) => name.startsWith('asked-'))
        .map((name) => readFileSync(path.join(box, name), 'utf8')),
    ai: (...more: string[]): Promise<AiResult> => runAi(words(more), options),
    aiIn: (cwd: string, ...more: string[]): Promise<AiResult> =>
      runAi(words(more), { ...options, cwd }),
    terminal: (...more: string[]): Terminal =>
      Terminal.open({ ...aiCommand(words(more), options), rows: 40, columns: 140 }),
  };
}

function stage({ write, git: run }: CommitUser, text = 'hello\n'): void {
  write('greeting.txt', text);
  run('add', 'greeting.txt');
}

const last = ({ git: run }: CommitUser, format = '%B'): string =>
  run('log', '-1', `--format=${format}`).trim();

const gitIn = ({ project, home }: CommitUser) => ({
  cwd: project,
  environment: { PATH: process.env['PATH'], HOME: home },
  userPath: process.env['PATH'],
  interrupt: new AbortController().signal,
});

/** What `ai` and all that it starts have left of temporary files. */
const leftFiles = ({ temporary }: { temporary: string }): string[] => readdirSync(temporary);

function hook({ project }: CommitUser, name: string, script: string): void {
  const file = path.join(project, '.git/hooks', name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

describe('at a terminal', () => {
  it('shows the message, and Enter commits and pushes over ssh', async () => {
    const user = newUser();
    stage(user);
    const terminal = user.terminal();
    await terminal.waitFor('feat(app): add a greeting');
    await terminal.waitFor(/p {2}commit, and push to origin\/main \(ssh:.*\)/);
    await terminal.waitFor('P/c/e/n');
    terminal.type('\r');
    await terminal.waitFor(/committed [0-9a-f]{9} on main: feat\(app\)/);
    await terminal.waitFor('pushed to origin/main');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(last(user)).toBe(good);
    expect(user.pushed()).toBe('feat(app): add a greeting');
    expect(user.asked()).toHaveLength(1);
    expect(user.asked()[0]).toContain('+hello');
    expect(user.asked()[0]).toContain('- first');
    // It works in a place of its own.
    expect(readFileSync(path.join(user.box, 'pwd'), 'utf8')).not.toContain(user.project);
    expect(readFileSync(path.join(user.box, 'seen'), 'utf8')).toBe('');
  });

  it('c commits alone, after e, which opens the message in the editor', async () => {
    const user = newUser({
      env: { EDITOR: 'false', GIT_EDITOR: "sed -i -e 's/greeting/salute/' -e '/People/d'" },
    });
    stage(user);
    const terminal = user.terminal();
    await terminal.waitFor('P/c/e/n');
    terminal.type('e\r');
    await terminal.waitFor('feat(app): add a salute');
    await terminal.waitFor('P/c/e/n');
    terminal.type('c\r');
    await terminal.waitFor('committed');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(last(user)).toBe('feat(app): add a salute');
    expect(user.pushed()).toBe('first');
  });

  it.each([
    ['n', 'n\r', 1],
    ['Ctrl-C', '\x03', 130],
    ['Ctrl-D', '\x04', 1],
  ])('%s commits nothing, and leaves what is staged', async (_, keys, code) => {
    const user = newUser();
    stage(user);
    const terminal = user.terminal();
    await terminal.waitFor('P/c/e/n');
    terminal.type(keys);
    expect(await terminal.exit).toEqual({ code, signal: null });
    expect(last(user, '%s')).toBe('first');
    expect(user.git('diff', '--cached', '--name-only')).toBe('greeting.txt\n');
  });

  it('asks before it stages, by name, and stages nothing on just Enter or with --yes', async () => {
    const user = newUser();
    user.write('greeting.txt', 'hello\n');
    user.write('README.md', '# Other\n');
    const no = user.terminal('--yes');
    await no.waitFor('M README.md');
    await no.waitFor('?? greeting.txt');
    await no.waitFor('Stage all of it? [y/N]');
    no.type('\r');
    expect(await no.exit).toEqual({ code: 1, signal: null });
    expect(user.git('diff', '--cached', '--name-only')).toBe('');
    expect(user.asked()).toEqual([]);

    const yes = user.terminal('-C', user.project);
    await yes.waitFor('[y/N]');
    yes.type('y\r');
    await yes.waitFor('P/c/e/n');
    yes.type('c\r');
    expect(await yes.exit).toEqual({ code: 0, signal: null });
    expect(user.git('show', '--name-only', '--format=')).toBe('README.md\ngreeting.txt\n');
  });

  it('offers a push of what is not pushed where there is nothing to commit', async () => {
    const user = newUser();
    stage(user);
    user.git('commit', '-qm', 'second');
    const no = user.terminal();
    await no.waitFor('second');
    await no.waitFor(/Push one commit to origin\/main .*\[y\/N\]/);
    no.type('\r');
    expect(await no.exit).toEqual({ code: 1, signal: null });
    expect(user.pushed()).toBe('first');
    // It differs in nothing that git keeps: a yes stages nothing.
    user.git('config', 'core.autocrlf', 'input');
    user.write('README.md', '# A project\r\n');
    const yes = user.terminal();
    await yes.waitFor('Stage all of it? [y/N]');
    yes.type('y\r');
    await yes.waitFor(/Push one commit to origin\/main .*\[y\/N\]/);
    yes.type('y\r');
    await yes.waitFor('pushed to origin/main');
    expect(await yes.exit).toEqual({ code: 0, signal: null });
    expect(user.pushed()).toBe('second');
    expect(user.asked()).toEqual([]);
  });

  it('Ctrl-C while the assistant works ends it, and changes nothing', async () => {
    const user = newUser({ first: 'trap "" INT\necho started >&2\nsleep 30 & wait; wait' });
    stage(user);
    const terminal = user.terminal();
    await eventually(() => {
      expect(user.asked()).toHaveLength(1);
    });
    terminal.type('\x03');
    await terminal.waitFor('interrupted before there was a message');
    expect(await terminal.exit).toEqual({ code: 130, signal: null });
    expect(last(user, '%s')).toBe('first');
  });
});

it('Ctrl-C while a hook works, or before the commit, leaves the message in a file that is named', async () => {
  const user = newUser({ answers: [good, good] });
  hook(user, 'pre-commit', 'echo the hook works; exec sleep 30');
  stage(user);
  const terminal = user.terminal();
  await terminal.waitFor('P/c/e/n');
  terminal.type('c\r');
  await terminal.waitFor('the hook works');
  terminal.type('\x03');
  await terminal.waitFor('interrupted before the commit');
  await terminal.waitFor(/git commit -F \S+\/message {2}takes/);
  expect(await terminal.exit).toEqual({ code: 130, signal: null });
  expect(last(user, '%s')).toBe('first');
  const [directory = ''] = leftFiles(user).filter((name) => name.startsWith('ai-commit-'));
  expect(readFileSync(path.join(user.temporary, directory, 'message'), 'utf8')).toBe(`${good}\n`);

  const repository = await lookAtRepository(gitIn(user));
  const tree = await stagedTree(repository);
  const over = { ...repository, git: { ...repository.git, interrupt: AbortSignal.abort() } };
  const error: unknown = await commit(over, tree, good, false).catch((cause: unknown) => cause);
  const { file } = (error as { facts: { file: string } }).facts;
  expect(readFileSync(file, 'utf8')).toBe(`${good}\n`);
  rmSync(path.dirname(file), { recursive: true });

  // Git’s end is seen before our own signal.
  hook(user, 'pre-commit', 'kill -INT $PPID; exec sleep 1');
  const ended: unknown = await commit(repository, tree, good, true).catch(
    (cause: unknown) => cause,
  );
  expect(ended).toMatchObject({ code: 'AI_INTERRUPTED', facts: { before: 'the commit' } });
  const { file: kept } = (ended as { facts: { file: string } }).facts;
  rmSync(path.dirname(kept), { recursive: true });
  const told = await user.ai('--commit');
  expect(told).toMatchObject({ code: 130, stdout: '' });
  expect(told.stderr).toMatch(
    /interrupted before the commit\nai: git commit -F \S+\/message {2}takes the message\n$/,
  );
});

it('the editor of the user’s git settings counts, and none of the repository’s', async () => {
  const user = newUser({ settings: '[core]\neditor = mine\n' });
  user.git('config', 'core.editor', 'evil');
  const git = gitIn(user);
  expect(await lookAtEditor(git)).toBe('mine');
  const environment = { ...git.environment, GIT_EDITOR: 'now' };
  expect(await lookAtEditor({ ...git, environment })).toBe('now');
});

describe('without a terminal', () => {
  it('prints the message and commits nothing, unless --commit or --push says so', async () => {
    const user = newUser({ answers: [good, good, good] });
    stage(user);
    const plain = await user.ai();
    expect(plain).toMatchObject({ code: 0, stdout: `${good}\n` });
    expect(plain.stderr).toContain('nothing was committed: ai commit --commit  or --push  does');
    const dry = await user.ai('--dry-run', '--push');
    expect(dry).toMatchObject({ code: 0, stdout: `${good}\n` });
    expect(dry.stderr).toContain('nothing was committed (--dry-run)');
    expect(last(user, '%s')).toBe('first');
    const committed = await user.ai('--commit');
    expect(committed, committed.stderr).toMatchObject({ code: 0, stdout: '' });
    expect(last(user)).toBe(good);
    expect(user.pushed()).toBe('first');
  });

  it('answers in JSON: one document, whatever hooks print', async () => {
    const user = newUser({ answers: [good, good, good] });
    hook(user, 'pre-commit', 'echo to stdout');
    stage(user);
    const only = await user.ai('--json');
    expect(JSON.parse(only.stdout)).toMatchObject({
      message: good,
      committed: null,
      pushed: false,
    });
    const done = await user.ai('--json', '--push');
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(done.stdout)).toEqual({
      ...{ message: good, type: 'feat', scope: 'app', breaking: false, assistant: 'Claude Code' },
      ...{ branch: 'main', files: 1, committed: last(user, '%H'), pushed: true },
      pushedTo: 'origin/main',
    });
    expect(done.stderr).toContain('to stdout');
    const none = await user.ai('--json', '--push');
    expect(JSON.parse(none.stdout)).toMatchObject({
      message: null,
      committed: null,
      pushed: false,
    });
  });

  it('never stages: says how', async () => {
    const user = newUser();
    user.git('config', 'status.showUntrackedFiles', 'no');
    user.write('greeting.txt', 'hello\n');
    for (const words of [['--commit', '--yes'], ['--push'], [], ['--json'], ['--dry-run']]) {
      const run = await user.ai(...words);
      expect(run, run.stderr).toMatchObject({ code: 125, stdout: '' });
      expect(run.stderr).toMatch(
        /nothing is staged[^]*\?\? greeting\.txt[^]*git add --all[^]*AI_GIT/,
      );
    }
    expect(user.git('status', '--porcelain', '-unormal')).toBe('?? greeting.txt\n');
    expect(user.asked()).toEqual([]);
  });

  it('--push with nothing to commit pushes what is not pushed, and a branch without upstream gets one', async () => {
    const user = newUser({ answers: [good] });
    user.git('switch', '-qc', 'topic');
    stage(user);
    const run = await user.ai('--push');
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('pushed to origin/topic');
    expect(user.git('rev-parse', '--abbrev-ref', '@{upstream}')).toBe('origin/topic\n');
    user.write('x', 'x');
    user.git('add', 'x');
    user.git('commit', '-qm', 'by hand');
    expect((await user.ai('--push')).stderr).toContain('pushed to origin/topic');
    expect(git(['log', '-1', '--format=%s', 'topic'], { directory: user.remote })).toBe(
      'by hand\n',
    );
    const again = await user.ai('--push');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain('nothing to commit, and all is on origin/topic');
    const without = await user.ai();
    expect(without).toMatchObject({ code: 125 });
    expect(without.stderr).toContain('nothing to commit, and nothing to push');
    user.git('switch', '-qc', 'early');
    expect((await user.ai()).stderr).toContain('the branch is not on origin/early yet');
    expect((await user.ai('--push')).stderr).toContain('pushed to origin/early');
    git(['rev-parse', '--verify', 'early'], { directory: user.remote });
  });

  it('pushes one branch to the place that is shown with every address, whatever git’s settings say', async () => {
    const user = newUser();
    const [one, two] = ['one', 'two'].map((name) => path.join(temporaryDirectory(), name)) as [
      ...[string, string],
    ];
    user.git('branch', 'other');
    for (const place of [one, two])
      git(['clone', '-q', '--bare', '.', place], { directory: user.project });
    user.git('switch', '-q', 'other');
    user.git('commit', '-q', '--allow-empty', '-m', 'not to be pushed');
    user.git('switch', '-q', 'main');
    user.git('remote', 'add', 'fork', one);
    for (const place of [one, two]) user.git('config', '--add', 'remote.fork.pushurl', place);
    user.git('config', 'remote.pushDefault', 'fork');
    user.git('config', 'push.default', 'matching');
    user.git('tag', 'main');
    stage(user);
    const run = await user.ai('--push');
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(run.stderr).toContain(`pushing to fork/main (${one}, ${two}`);
    for (const directory of [one, two]) {
      expect(git(['log', '-1', '--format=%B', 'refs/heads/main'], { directory }).trim()).toBe(good);
      expect(git(['log', '-1', '--format=%s', 'other'], { directory })).toBe('first\n');
    }
    expect(user.pushed()).toBe('first');
  });

  it('keeps from the assistant what mask matches, tracked or renamed, and says so', async () => {
    const user = newUser({ env: { AI_MASK: 'hidden/\n/README.md' } });
    stage(user);
    user.write('hidden/a.txt', 'the masked one\n');
    user.git('mv', 'README.md', 'notes.md');
    user.git('add', '.');
    const run = await user.ai();
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('hidden by the setting mask: hidden/a.txt, notes.md');
    expect(user.asked()[0]).toMatch(/A hidden\/a\.txt \+1 -0\nR README\.md -> notes\.md/);
    expect(user.asked()[0]).toContain('+hello');
    expect(user.asked()[0]).not.toMatch(/the masked one|similarity index/);
  });
});

describe('secrets', () => {
  const secret = `sk-ant-api03-${'q7'.repeat(24)}`;
  it('that look like one, or are known, are refused before anything is sent, by file and line', async () => {
    const user = newUser({ env: { MY_API_TOKEN: 'Xy7-tok-9912-zz' } });
    user.write('src/config.ts', `const a = 1;\nconst key = '${secret}';\n`);
    user.write('other.txt', 'one\n\nXy7-tok-9912-zz\n');
    user.git('add', '.');
    const run = await user.ai('--push');
    expect(run).toMatchObject({ code: 125, stdout: '' });
    expect(run.stderr).toMatch(
      /other\.txt:3\n +src\/config\.ts:2\n[^]*git restore --staged[^]*AI_COMMIT_SECRET/,
    );
    expect(run.stderr).not.toContain(secret);
    expect(run.stderr).not.toContain('Xy7');
    expect(user.asked()).toEqual([]);
    expect(last(user, '%s')).toBe('first');
  });

  it('in a message are no message', async () => {
    const answer = `feat: add ${secret}`;
    const user = newUser({ answers: [answer, answer] });
    stage(user);
    const run = await user.ai('--commit');
    expect(run).toMatchObject({ code: 125 });
    expect(run.stderr).toContain('it holds what looks like a secret');
    expect(run.stderr + user.asked()[1]!).not.toContain(secret);
    expect(last(user, '%s')).toBe('first');
  });

  it('of this project alone are known, too', async () => {
    const user = newUser();
    const words = ['secrets', 'set', 'STRIPE_KEY', '--project'];
    await runAi(words, { ...user.options, input: 'plain-but-mine-42\n' });
    stage(user, 'see plain-but-mine-42\n');
    const run = await user.ai('--commit');
    expect(run.stderr).toMatch(/greeting\.txt:1\n[^]*AI_COMMIT_SECRET/);
    expect(user.asked()).toEqual([]);
  });
});

describe('an answer that is no message', () => {
  it('is sent back once with what is wrong with it', async () => {
    const user = newUser({ answers: ['I would rather not.', `Sure:\n\`\`\`\n${good}\n\`\`\``] });
    stage(user);
    const run = await user.ai('--commit');
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('asked again');
    expect(last(user)).toBe(good);
    const [first = '', second = ''] = user.asked();
    expect(second).toContain(first);
    expect(second).toMatch(/I would rather not\.[^]*cannot be used: no line of it is of the form/);
  });

  it('twice is an error that shows it, without what acts on the terminal', async () => {
    const user = newUser({ answers: ['No.', '\u001b]0;evil\u0007Still no.\nReally.'] });
    stage(user);
    const run = await user.ai('--push');
    expect(run).toMatchObject({ code: 125, stdout: '' });
    expect(run.stderr).toMatch(
      /no commit message that can be used[^]*Still no\.\n +Really\.[^]*AI_COMMIT_ANSWER/,
    );
    for (const text of ['\u001b', 'evil']) expect(run.stderr).not.toContain(text);
    expect(user.git('diff', '--cached', '--name-only')).toBe('greeting.txt\n');
  });

  it('because there was none in time is told', async () => {
    const user = newUser({ first: 'exec sleep 30' });
    stage(user);
    const run = await user.ai('--commit', '--timeout', '0.5s');
    expect(run).toMatchObject({ code: 125 });
    expect(run.stderr).toContain('it took too long: --timeout');
  });

  it('because the assistant failed is told with its code and words', async () => {
    const user = newUser({ first: 'echo "Please run /login" >&2; exit 3' });
    stage(user);
    const run = await user.ai('--commit');
    expect(run).toMatchObject({ code: 125 });
    expect(run.stderr).toMatch(/ended with 3[^]*Please run \/login[^]*ai auth status/);
  });
});

describe('git', () => {
  it('runs hooks; one that refuses leaves the message where it can be used', async () => {
    const user = newUser({ answers: [good, good, good] });
    hook(user, 'pre-commit', 'echo the linter says no; exit 1');
    stage(user);
    const refused = await user.ai('--commit');
    expect(refused).toMatchObject({ code: 125 });
    expect(refused.stderr).toMatch(/the linter says no[^]*AI_GIT/);
    const [, file = ''] = /git commit -F (\S+)/.exec(refused.stderr) ?? [];
    expect(readFileSync(file, 'utf8')).toBe(`${good}\n`);

    // Its tools are those of the project; git itself is not one of them.
    const tools = path.join(user.project, '.venv/bin');
    mkdirSync(tools, { recursive: true });
    fakeAssistant('echo formatted >> greeting.txt', { name: 'format', directory: tools });
    fakeAssistant(`touch ${user.box}/trapped; exit 1`, { name: 'git', directory: tools });
    const env = { ...user.options.env, PATH: `${tools}:${user.options.env?.['PATH'] ?? ''}` };
    hook(user, 'pre-commit', 'format && git diff && git add greeting.txt');
    hook(user, 'commit-msg', 'echo "Ticket: 12" >> "$1"');
    hook(user, 'post-commit', `echo ran > ${user.box}/post`);
    const before = leftFiles(user);
    const done = await runAi(['commit', '--native', '--commit'], { ...user.options, env });
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(done.stderr).toContain('+formatted');
    expect(existsSync(path.join(user.box, 'trapped'))).toBe(false);
    expect(user.git('show', 'HEAD:greeting.txt')).toBe('hello\nformatted\n');
    expect(last(user)).toContain('Ticket: 12');
    expect(existsSync(path.join(user.box, 'post'))).toBe(true);
    expect(leftFiles(user)).toEqual(before);
  });

  it('signs with ssh keys as it is set to', async () => {
    const user = newUser({ settings: '[gpg]\nformat = ssh\n[commit]\ngpgsign = true\n' });
    user.git('config', 'user.signingKey', `${user.key.file}.pub`);
    user.git('config', 'user.email', 'ann@example.invalid');
    user.git('config', 'gpg.ssh.allowedSignersFile', user.signers);
    stage(user);
    const run = await user.ai('--push');
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(last(user, '%G?')).toBe('G');
  });

  it('says what to do where the other side has more, and keeps the commit', async () => {
    const user = newUser();
    const other = path.join(temporaryDirectory(), 'other');
    git(['clone', '-q', user.remote, other], { directory: user.project });
    for (const words of [
      ['config', 'user.name', 'Bob'],
      ['config', 'user.email', 'bob@example.invalid'],
      ['commit', '-q', '--allow-empty', '-m', 'theirs'],
      ['push', '-q'],
    ])
      git(words, { directory: other });
    stage(user);
    const run = await user.ai('--push', '--json');
    expect(run).toMatchObject({ code: 125 });
    expect(run.stderr).toMatch(
      /\[rejected\][^]*the commit is made, and stays[^]*git pull --rebase/,
    );
    expect(JSON.parse(run.stdout)).toMatchObject({ committed: last(user, '%H'), pushed: false });
    expect(last(user)).toBe(good);
  });

  it('runs nothing of the repository’s while ai only looks', async () => {
    const user = newUser();
    const trap = path.join(user.box, 'trapped');
    const program = path.join(user.box, 'trap.sh');
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${trap}\nexit 1\n`);
    chmodSync(program, 0o755);
    for (const [key, value] of [
      ...[
        ['core.fsmonitor', program],
        ['diff.external', program],
        ['diff.x.textconv', program],
      ],
      ...[
        ['diff.x.command', program],
        ['filter.a=b.clean', program],
        ['core.pager', program],
      ],
    ] as [string, string][])
      user.git('config', key, value);
    hook(user, 'post-index-change', `echo hook >> ${trap}`);
    writeFileSync(path.join(user.project, '.git/info/attributes'), '* diff=x filter=a=b\n');
    user.write('README.md', '# A projecx\n');
    const nothing = await user.ai('--commit');
    expect(nothing.stderr).toContain('M README.md');
    expect(existsSync(trap)).toBe(false);
    user.git('add', '.');
    rmSync(trap, { force: true });
    const shown = await user.ai();
    expect(shown, shown.stderr).toMatchObject({ code: 0, stdout: `${good}\n` });
    expect(user.asked()[0]).toContain('+# A projecx');
    expect(existsSync(trap)).toBe(false);
  });

  it('runs nothing of a submodule’s, nothing with a git before 2.31, and fetches nothing for a partial clone', async () => {
    const user = newUser({ answers: [] });
    const trap = path.join(user.box, 'trapped');
    const program = path.join(
      fakeAssistant(`echo "$*" >> ${trap}\nexit 1`, { name: 'trap' }),
      'trap',
    );
    user.git('submodule', '--quiet', 'add', makeRepository(), 'sub');
    user.git('commit', '-qm', 'sub');
    user.git('push', '-q', user.remote, 'main:main');
    user.git('update-ref', 'refs/remotes/origin/main', 'main');
    const sub = path.join(user.project, 'sub');
    const attributes = path.join(user.project, '.git/modules/sub/info/attributes');
    git(['config', 'filter.x.clean', program], { directory: sub });
    writeFileSync(attributes, '* filter=x\n');
    user.write('sub/README.md', '# A projecx\n');
    const dirty = await user.ai('--commit');
    expect(dirty.stderr).toContain('nothing to commit, and nothing to push');
    expect(existsSync(trap)).toBe(false);

    user.git('config', 'filter.x.clean', program);
    writeFileSync(path.join(user.project, '.git/info/attributes'), '* filter=x\n');
    user.write('README.md', '# A projecx\n');
    const unknown = 'GIT_CONFIG_COUNT GIT_NO_LAZY_FETCH';
    const old = fakeAssistant(`unset ${unknown}; exec /usr/bin/git "$@"`, { name: 'git' });
    const env = { ...user.options.env, PATH: `${old}:${user.options.env?.['PATH'] ?? ''}` };
    const before = await runAi(['commit', '--native', '--commit'], { ...user.options, env });
    expect(before.stderr).toContain('M README.md');
    expect(existsSync(trap)).toBe(false);

    const clone = path.join(temporaryDirectory(), 'clone');
    const whole = makeRepository();
    git(['config', 'uploadpack.allowFilter', 'true'], { directory: whole });
    const words = ['clone', '-q', '-n', '--filter=blob:none', `file://${whole}`, clone];
    git(words, { directory: whole });
    for (const more of [
      ['config', 'remote.origin.url', 'ssh://127.0.0.1:1/x'],
      ['config', 'core.sshCommand', program],
      ['read-tree', 'HEAD'],
      ['update-index', '--force-remove', 'README.md'],
    ])
      git(more, { directory: clone });
    const inClone = { ...user.options, cwd: clone };
    for (const options of [inClone, { ...inClone, env }]) {
      const partial = await runAi(['commit', '--native', '--commit'], options);
      expect(partial.stderr).toContain('git cannot work in');
      expect(existsSync(trap)).toBe(false);
    }
  });

  it('refuses where something else is staged by the time the message is there', async () => {
    const box = temporaryDirectory();
    const user = newUser({ first: `. ${box}/now` });
    writeFileSync(path.join(box, 'now'), `cd ${user.project}; echo more > more; git add more`);
    stage(user);
    const run = await user.ai('--commit');
    expect(run).toMatchObject({ code: 125 });
    expect(run.stderr).toMatch(/has changed since the message was written[^]*git commit -F/);
    expect(last(user, '%s')).toBe('first');
  });
});

describe('where the repository stands', () => {
  it.each<[string, (user: CommitUser) => void, RegExp]>([
    [
      'a merge',
      (user) => {
        user.git('switch', '-qc', 'side');
        stage(user, 'side\n');
        user.git('commit', '-qm', 'side');
        user.git('switch', '-q', 'main');
        user.git('merge', '-q', '--no-ff', '--no-commit', 'side');
      },
      /a merge is under way[^]*→ git commit\n/,
    ],
    [
      'a cherry-pick',
      (user) => {
        writeFileSync(
          path.join(user.project, '.git/CHERRY_PICK_HEAD'),
          user.git('rev-parse', 'HEAD'),
        );
      },
      /a cherry-pick is under way[^]*git cherry-pick --continue/,
    ],
    [
      'a rebase',
      (user) => {
        mkdirSync(path.join(user.project, '.git/rebase-merge'));
      },
      /a rebase is under way[^]*git rebase --continue/,
    ],
    [
      'conflicts',
      (user) => {
        stage(user, 'a\n');
        user.git('stash', '-q');
        stage(user, 'b\n');
        user.git('commit', '-qm', 'b');
        try {
          user.git('stash', 'pop', '-q');
        } catch {
          // That is what is wanted.
        }
      },
      /conflicts that are not resolved[^]*git add FILE/,
    ],
  ])('%s: nothing but what to do', async (_, arrange, words) => {
    const user = newUser();
    arrange(user);
    const run = await user.ai('--commit');
    expect(run).toMatchObject({ code: 125, stdout: '' });
    expect(run.stderr).toMatch(words);
    expect(user.asked()).toEqual([]);
  });

  it('no directory, no repository, a bare one, and no git', async () => {
    const user = newUser();
    const empty = await user.aiIn(temporaryDirectory(), '--commit');
    expect(empty.stderr).toMatch(/is in no git repository[^]*git init/);
    const none = await user.ai('--commit', '-C', path.join(user.project, 'none'));
    expect(none.stderr).toContain('AI_DIRECTORY_MISSING');
    const bare = await user.ai('--commit', '-C', user.remote);
    expect(bare.stderr).toContain('is a repository without files');
    const options = { ...user.options, env: { PATH: fakeAssistant('exit 1') } };
    const without = await runAi(['commit', '--native'], options);
    expect(without).toMatchObject({ code: 127 });
    expect(without.stderr).toContain('git: command not found');
  });

  it('the first commit of a repository, in a directory below, all that is staged, with odd names', async () => {
    const user = newUser();
    const project = path.join(temporaryDirectory(), 'new\nline');
    mkdirSync(path.join(project, 'below'), { recursive: true });
    git(['init', '-q', '--initial-branch=main'], { directory: project });
    writeFileSync(path.join(project, 'top.txt'), 'top\n');
    writeFileSync(
      Buffer.concat([Buffer.from(path.join(project, 'odd-')), Buffer.from([0xff])]),
      'x\n',
    );
    git(['add', '.'], { directory: project });
    const run = await user.aiIn(path.join(project, 'below'), '--commit');
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(git(['log', '-1', '--format=%B'], { directory: project }).trim()).toBe(good);
    expect(user.asked()[0]).toMatch(/There are no commits yet[^]*\+top/);
    const push = await user.aiIn(project, '--push');
    expect(push.stderr).toMatch(
      /nothing can be pushed: there is no remote[^]*git remote add origin/,
    );
  });

  it('a detached HEAD is committed to, and said; a push is not possible', async () => {
    const user = newUser({ answers: [good] });
    user.git('checkout', '-q', '--detach');
    stage(user);
    const push = await user.ai('--push');
    expect(push.stderr).toMatch(/HEAD is on no branch[^]*git switch -c NAME/);
    const run = await user.ai('--commit');
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('it is on no branch');
    expect(last(user)).toBe(good);
  });

  it('a linked worktree and a submodule are repositories like others', async () => {
    const user = newUser({ answers: [good, good] });
    const tree = path.join(temporaryDirectory(), 'tree');
    user.git('worktree', 'add', '-q', '-b', 'tree', tree);
    writeFileSync(path.join(tree, 'a'), 'a\n');
    git(['add', 'a'], { directory: tree });
    expect(await user.aiIn(tree, '--commit')).toMatchObject({ code: 0 });
    expect(git(['log', '-1', '--format=%s'], { directory: tree })).toContain('feat(app)');

    user.git('submodule', '--quiet', 'add', makeRepository(), 'sub');
    user.git('commit', '-qm', 'sub');
    const sub = path.join(user.project, 'sub');
    renameSync(path.join(sub, 'README.md'), path.join(sub, 'READ.md'));
    git(['add', '--all'], { directory: sub });
    expect(await user.aiIn(sub, '--commit')).toMatchObject({ code: 0 });
    expect(user.asked()[1]).toMatch(/rename from README\.md/);
    expect(git(['log', '-1', '--format=%s'], { directory: sub })).toContain('feat(app)');
  });
});

it('options that make no sense are refused, and SIGTERM while the assistant works is 143', async () => {
  const user = newUser({ first: 'sleep 30' });
  expect(await user.ai('-c')).toMatchObject({ code: 2 });
  expect(await user.ai('some', 'words')).toMatchObject({ code: 2 });
  stage(user);
  const child = startAi(['commit', '--native', '--commit'], user.options);
  await eventually(() => {
    expect(user.asked()).toHaveLength(1);
  });
  child.kill('SIGTERM');
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(143);
  expect(last(user, '%s')).toBe('first');
});
