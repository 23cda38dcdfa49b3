// What of the user's git settings goes into a run, as tables; and that real git reads the result as it was meant.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GitSetting } from '../../../src/plan/facts.ts';
import { isAllowed } from '../../../src/plan/git-allowed.ts';
import { renderGitConfig } from '../../../src/plan/git-config-text.ts';
import { planGitSettings, type GitSettingsPlan } from '../../../src/plan/git-settings.ts';
import { planSigning } from '../../../src/plan/git-signing.ts';
import { buildFacts, type FactsInput } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

/** `name=value` as a setting; a value may hold more `=`. */
function setting(text: string): GitSetting {
  const at = text.indexOf(' = ');
  return { name: text.slice(0, at), value: text.slice(at + 3) };
}
const settings = (...texts: string[]): GitSetting[] => texts.map(setting);

describe('into a run goes', () => {
  it.each([
    'user.name = Ann',
    'user.email = ann@example.org',
    'user.useconfigonly = true',
    'author.email = a@b',
    'alias.st = status -sb',
    'alias.up = !git fetch && git rebase',
    'core.autocrlf = input',
    'core.quotepath = false',
    'core.commentchar = !',
    'core.editor = vim',
    'core.editor = nano -w',
    'sequence.editor = vi',
    'core.pager = less -FRX',
    'core.pager = ',
    'pager.log = false',
    'pager.diff = less -S',
    'color.ui = auto',
    'color.branch.current = yellow reverse',
    'column.ui = auto',
    'diff.algorithm = histogram',
    'diff.colormoved = zebra',
    'diff.md.xfuncname = ^#',
    'diff.orderfile = .order',
    'merge.conflictstyle = zdiff3',
    'merge.ff = only',
    'pull.rebase = merges',
    'push.autosetupremote = true',
    'fetch.prune = true',
    'rebase.autosquash = true',
    'rerere.enabled = true',
    'init.defaultbranch = main',
    'branch.sort = -committerdate',
    'branch.main.rebase = true',
    'remote.origin.prune = true',
    'remote.origin.fetch = +refs/pull/*:refs/pull/*',
    'commit.verbose = true',
    'tag.sort = version:refname',
    'log.date = iso',
    'pretty.line = %h %s',
    'format.pretty = oneline',
    'status.showuntrackedfiles = all',
    'stash.showpatch = true',
    'submodule.recurse = true',
    'blame.ignorerevsfile = .git-blame-ignore-revs',
    'grep.linenumber = true',
    'help.autocorrect = prompt',
    'advice.detachedhead = false',
    'i18n.commitencoding = UTF-8',
    'versionsort.suffix = -rc',
    'feature.manyfiles = true',
    'index.version = 4',
    'pack.threads = 1',
    'gc.auto = 0',
    'interactive.singlekey = true',
    'protocol.file.allow = always',
    'url.git@github.com:.insteadof = https://github.com/',
    'url.ssh://git@github.com/.insteadof = gh:',
    'url.https://github.com/.insteadof = git://github.com/',
    'url.https://example.org:8443/a.pushinsteadof = x:',
    'http.postbuffer = 1048576',
    'http.https://example.org/.sslverify = false',
    'lfs.concurrenttransfers = 3',
    'trailer.sign.key = Signed-off-by: ',
  ])('%s', (text) => {
    expect(isAllowed(setting(text))).toBe(true);
  });
});

describe('outside stays', () => {
  it.each([
    'user.signingkey = ~/.ssh/id_ed25519',
    'credential.helper = osxkeychain',
    'credential.https://github.com.helper = !/opt/homebrew/bin/gh auth git-credential',
    'core.sshcommand = ssh -i ~/.ssh/other',
    'core.fsmonitor = true',
    'core.hookspath = ~/.hooks',
    'core.askpass = /usr/bin/ksshaskpass',
    'core.gitproxy = /bin/proxy',
    'core.editor = code --wait',
    'core.editor = /usr/local/bin/vim',
    'core.editor = vim; evil',
    'core.editor = vim --cmd="x"',
    'sequence.editor = interactive-rebase-tool',
    'core.pager = delta',
    'core.pager = less | tee /x',
    'core.pager = diff-so-fancy | less --tabs=4 -RFX',
    'pager.diff = delta',
    'interactive.difffilter = delta --color-only',
    'diff.external = difft',
    'diff.tool = vscode',
    'diff.exif.textconv = exiftool',
    'diff.x.command = x',
    'diff.orderfile = ~/order',
    'difftool.vscode.cmd = code --wait --diff $LOCAL $REMOTE',
    'merge.tool = meld',
    'merge.npm.driver = npx npm-merge-driver merge %A %O %B %P',
    'mergetool.meld.path = /usr/bin/meld',
    'gpg.program = /usr/local/bin/gpg',
    'gpg.ssh.program = /Applications/1Password.app/Contents/MacOS/op-ssh-sign',
    'gpg.ssh.defaultkeycommand = ssh-add -L',
    'gpg.format = ssh',
    'commit.gpgsign = true',
    'tag.gpgsign = true',
    'tag.forcesignannotated = true',
    'push.gpgsign = if-asked',
    'log.showsignature = true',
    'gc.recentobjectshook = x',
    'trailer.sign.command = echo x',
    'trailer.sign.cmd = echo x',
    'submodule.x.update = !evil',
    'filter.lfs.smudge = git-lfs smudge -- %f',
    'lfs.customtransfer.x.path = /x',
    'lfs.https://u:pw@example.org/.locksverify = true',
    'include.path = ~/.gitconfig.local',
    'includeif.gitdir:~/work/.path = work',
    'safe.directory = /x',
    'http.extraheader = Authorization: Bearer hush',
    'http.proxy = http://proxy:3128',
    'http.cookiefile = ~/.cookies',
    'http.sslcert = ~/cert.pem',
    'http.sslkey = ~/key.pem',
    'http.https://u:hush@example.org/.sslverify = false',
    'url.https://hush@github.com/.insteadof = https://github.com/',
    'url.https://x-access-token:hush@github.com/.insteadof = https://github.com/',
    'url.ssh://u:hush@example.org/.insteadof = x:',
    'url.https://github.com/.insteadof = https://u:hush@github.com/',
    'url./home/ann/mirrors/.insteadof = https://github.com/',
    'url.file:///srv/.insteadof = https://github.com/',
    'url.ext::sh -c x.insteadof = x:',
    'alias.sneak = push https://hush@example.org/x',
    'remote.origin.url = https://example.org/x',
    'remote.origin.uploadpack = evil',
    'uploadpack.packobjectshook = evil',
    'format.signaturefile = ~/.sig',
    'init.templatedir = ~/.template',
    'blame.ignorerevsfile = /home/ann/revs',
    'maintenance.repo = /home/ann/x',
    'fetch.bundleuri = https://example.org/b',
    'sendemail.smtppass = hush',
    'github.token = hush',
    'pull.rebase = !evil',
    'unknown.thing = x',
  ])('%s', (text) => {
    expect(isAllowed(setting(text))).toBe(false);
  });
});

describe('signing', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==';
  const noNote: string[] = [];
  const ssh = 'gpg.format = ssh';
  const isSigned = 'commit.gpgsign = true';
  const note = (why: string): string[] => [`git: commits are not signed inside: ${why}`];
  const openpgp = note('OpenPGP keys do not enter (gpg.format=ssh works)');

  it.each<[string, string[], string | undefined, string[], string[], boolean]>([
    ['is nothing where nothing is said', [], undefined, [], noNote, false],
    [
      'by OpenPGP is off, and said',
      ['user.signingkey = ABCD', isSigned, 'tag.gpgsign = true', 'push.gpgsign = if-asked'],
      undefined,
      [],
      openpgp,
      false,
    ],
    [
      'by OpenPGP that is not asked for is no news',
      ['user.signingkey = ABCD'],
      undefined,
      [],
      noNote,
      false,
    ],
    [
      'that was turned off again is no news',
      [isSigned, 'commit.gpgsign = false'],
      undefined,
      [],
      noNote,
      false,
    ],
    [
      'by X.509 is off, and said',
      ['gpg.format = x509', 'commit.gpgsign = 1'],
      undefined,
      [],
      note('X.509 keys do not enter (gpg.format=ssh works)'),
      false,
    ],
    [
      'by a file takes the key along',
      [ssh, 'user.signingkey = ~/.ssh/id.pub', isSigned, 'tag.gpgsign = true'],
      `${key} ann@laptop\n`,
      [ssh, `user.signingkey = key::${key}`, isSigned, 'tag.gpgsign = true'],
      noNote,
      true,
    ],
    [
      'by a key in the settings keeps it',
      [ssh, `user.signingkey = ${key}`],
      undefined,
      [ssh, `user.signingkey = ${key}`],
      noNote,
      true,
    ],
    [
      'by a key behind key:: keeps it',
      [ssh, `user.signingkey = key::${key}`, isSigned],
      undefined,
      [ssh, `user.signingkey = key::${key}`, isSigned],
      noNote,
      true,
    ],
    [
      'by the first key of the agent works',
      [ssh, 'gpg.ssh.defaultkeycommand = ssh-add -L', isSigned],
      undefined,
      [ssh, 'gpg.ssh.defaultkeycommand = ssh-add -L', isSigned],
      noNote,
      true,
    ],
    [
      'by the first key of the agent, unasked, needs none',
      [ssh, 'gpg.ssh.defaultkeycommand = ssh-add -L'],
      undefined,
      [ssh, 'gpg.ssh.defaultkeycommand = ssh-add -L'],
      noNote,
      false,
    ],
    [
      'by another command is off, and said',
      [ssh, 'gpg.ssh.defaultkeycommand = /opt/pick-a-key', isSigned],
      undefined,
      [ssh],
      note('user.signingkey names no key'),
      false,
    ],
    [
      'by a key that is nowhere is off, and said',
      [ssh, 'user.signingkey = /k', isSigned],
      undefined,
      [ssh],
      note('no public key in /k'),
      false,
    ],
    [
      'never takes a private key along',
      [ssh, 'user.signingkey = /k'],
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNza\n',
      [ssh],
      noNote,
      false,
    ],
    [
      'takes no file of several lines for a key',
      [ssh, 'user.signingkey = /k'],
      `${key}\n${key}\n`,
      [ssh],
      noNote,
      false,
    ],
  ])('%s', (_what, given, file, kept, notes, signsWithSsh) => {
    const files = file === undefined ? {} : { 'user.signingkey': file };
    expect(planSigning({ settings: settings(...given), files })).toEqual({
      settings: settings(...kept),
      notes,
      signsWithSsh,
    });
  });
});

/** The files that a run has inside, put where tests can have git read them. */
function unpack({ write }: GitSettingsPlan): { list: (...words: string[]) => string[] } {
  const directory = temporaryDirectory();
  const place = (file: string): string =>
    path.join(directory, file.replace(/^.*\/runs\/deadbeef\//, ''));
  for (const { path: file, text } of write) {
    mkdirSync(path.dirname(place(file)), { recursive: true });
    writeFileSync(place(file), text.replaceAll('/run/ai/', `${directory}/inside/`));
  }
  return {
    list: (...words) =>
      execFileSync(
        'git',
        ['config', '--null', '--list', ...(words.length > 0 ? words : ['--includes', '--global'])],
        {
          encoding: 'utf8',
          env: { PATH: process.env['PATH'], HOME: path.join(directory, 'home') },
        },
      )
        .split('\0')
        .slice(0, -1)
        .map((entry) => entry.replace('\n', ' = ').replaceAll(`${directory}/inside/`, '/run/ai/')),
  };
}

const planned = (input: FactsInput): GitSettingsPlan => planGitSettings(buildFacts(input));
const plannedFor = (...texts: string[]): GitSettingsPlan =>
  planned({ gitSettings: { settings: settings(...texts) } });

describe('the configuration', () => {
  const always = ['include.path = /run/ai/gitconfig', 'safe.directory = *'];

  it('is little without settings', () => {
    expect(unpack(plannedFor()).list()).toEqual(always);
  });

  it('says who the user is to whoever asks for the global file alone', () => {
    const plan = plannedFor('user.name = A', 'user.name = B', 'user.email = e', 'color.ui = auto');
    expect(unpack(plan).list('--global')).toEqual([...always, 'user.name = B', 'user.email = e']);
  });

  it('keeps order and repetition', () => {
    const given = [
      'color.ui = never',
      'url.ssh://a/.insteadof = x:',
      'url.ssh://a/.insteadof = y:',
      'color.ui = auto',
    ];
    const [include = '', safe = ''] = always;
    expect(unpack(plannedFor(...given)).list()).toEqual([include, ...given, safe]);
  });

  it.each([
    'user.name = Ann "A;n#n" \\ O\'Ex\tample\n= é ',
    'alias.x = !f() { echo "$1" | sed \'s/\\t/ /\'; }; f',
    'user.name =  leading and trailing ',
    'user.name = ',
    'url.Odd "sub\\sec]t.ion.insteadof = red',
    'branch.a.b.C.x = red',
  ])('survives git for %j', (text) => {
    const file = path.join(temporaryDirectory(), 'config');
    writeFileSync(file, renderGitConfig([setting(text)]));
    const listed = execFileSync('git', ['config', '--file', file, '--null', '--list'], {
      encoding: 'utf8',
    });
    expect(listed).toBe(`${text.replace(' = ', '\n')}\0`);
  });

  it('points to the copies of files, and leaves out those that are nowhere', () => {
    const plan = planned({
      gitSettings: {
        settings: settings('core.excludesfile = ~/x', 'commit.template = ~/missing'),
        files: { 'core.excludesfile': '*.o\n', 'core.attributesfile': '*.png binary\n' },
      },
    });
    expect(unpack(plan).list()).toEqual([
      always[0],
      'core.excludesfile = /run/ai/git-ignore',
      'core.attributesfile = /run/ai/git-attributes',
      always[1],
    ]);
    const texts = plan.write.map(({ path: file, text }) => [path.basename(file), text]);
    expect(texts).toContainEqual(['git-ignore', '*.o\n']);
    expect(plan.git.leftOut).toEqual(['commit.template']);
  });

  it('can be read by every user inside', () => {
    expect(plannedFor().write.map(({ mode }) => mode)).toEqual([0o644, 0o644]);
  });

  it('names what stays outside, without what may be a password', () => {
    const plan = plannedFor(
      'user.name = A',
      'include.path = x',
      'includeif.gitdir:~/w/.path = x',
      'safe.directory = /x',
      'core.pager = delta',
      'credential.helper = store',
      'url.https://u:hush@example.org/.insteadof = x:',
      'user.signingkey = ABCD',
    );
    expect(plan.git.leftOut).toEqual([
      'core.pager',
      'credential.helper',
      'url.*.insteadof',
      'user.signingkey',
    ]);
    expect(JSON.stringify(plan)).not.toContain('hush');
  });

  it('asks gh for every host that gh knows, and nobody where it knows none', () => {
    const helper = '!f() { command -v gh >/dev/null && gh auth git-credential "$@"; }; f';
    const of = (host: string): string[] => [
      `credential.https://${host}.helper = `,
      `credential.https://${host}.helper = ${helper}`,
    ];
    const helpers = (input: FactsInput): string[] =>
      unpack(planned(input))
        .list()
        .filter((text) => text.startsWith('credential.'));
    const gitHub = { directory: '/s/gh_config', hosts: ['github.com', 'ghe.example.org:8443'] };
    const usual = [...of('github.com'), ...of('gist.github.com')];
    expect(helpers({ gitHub })).toEqual([...usual, ...of('ghe.example.org:8443')]);
    expect(helpers({})).toEqual([]);
    const host = { environment: { GH_TOKEN: 'hush' } };
    expect(helpers({ host })).toEqual([]);
    expect(helpers({ host, settings: { 'ssh.ghToken': true } })).toEqual(usual);
  });
});
