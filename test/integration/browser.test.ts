// Pages that programs inside want to show, by way of the real engine: a stand-in for the opener of this machine's desktop notes
// what it is called with. Nothing is looked up or reached: the pages are at addresses of documentation, or known to a proxy only.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aiCommand, runAi, type AiOptions } from '../support/ai.ts';
import { fakeDesktop, type FakeDesktop } from '../support/desktop.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { expectNothingLeft, stateOf } from '../support/left-behind.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';

const page = 'https://203.0.113.7/login?code=1';
const image = `ai-test/xdg-utils:${process.pid}`;

let home: string;
let cwd: string;
let desktop: FakeDesktop;

beforeAll(async () => {
  const made = await runAi(['--yes', 'exec', '--', 'true']);
  expect(made, made.stderr).toMatchObject({ code: 0 });
});
afterAll(() => {
  execFileSync('docker', ['rmi', '--force', image], { stdio: 'pipe' });
});
beforeEach(() => {
  home = temporaryDirectory();
  cwd = temporaryDirectory();
  desktop = fakeDesktop(temporaryDirectory());
});

/** The screen of a run at a terminal, once it is over. */
async function atTerminal(
  script: string,
  options: readonly string[] = [],
  more: AiOptions = {},
): Promise<string> {
  const words = [...options, 'exec', '--', 'bash', '-c', script];
  const ways = { home, cwd, ...more, env: { ...desktop.env, ...more.env } };
  const terminal = Terminal.open({ ...aiCommand(words, ways), columns: 200 });
  expect(await terminal.exit, terminal.visible).toMatchObject({ code: 0 });
  return terminal.visible.replaceAll('\r', '');
}

const openAndSay = (address = page): string => `xdg-open '${address}'; echo "code $?"`;

describe('at a terminal with a desktop', () => {
  it('a page opens, whatever the browser is called, and is said after the session', async () => {
    const names = [
      'xdg-open',
      'sensible-browser',
      'x-www-browser',
      'www-browser',
      'open',
      '$BROWSER',
    ];
    const screen = await atTerminal(
      [
        ...names.map((name) => `${name} '${page}'; echo "${name} $?"`),
        // A login shell begins with a PATH of its own; programs that know nothing are told by the variable.
        `bash -lc "xdg-open '${page}'"; echo "login $?"`,
        'echo "display <$DISPLAY$WAYLAND_DISPLAY>"',
      ].join('\n'),
    );
    expect(desktop.opened()).toEqual([`1 ${page}`]);
    for (const name of [...names.slice(0, 5), '/run/ai/bin/xdg-open', 'login'])
      expect(screen).toContain(`${name} 0\n`);
    expect(screen).toContain('display <>\n');
    expect(screen.trimEnd().split('\n').at(-1)).toBe(`ai: opened in your browser: ${page}`);
    const audit = readFileSync(path.join(stateOf(home), 'audit.jsonl'), 'utf8');
    expect(audit).toContain('"what":"browser"');
    expect(audit).toContain('"origin":"https://203.0.113.7","opened":true');
    expect(audit).not.toContain('code=1');
    await expectNothingLeft(home);
  });

  it('what a full screen hides is said when that is gone', async () => {
    const script = [
      `printf '\\033[?1049h\\033[2Ja full screen'`,
      `xdg-open '${page}' >/dev/null 2>&1; xdg-open http://127.0.0.1:8080/ >/dev/null 2>&1`,
      `printf '\\033[?1049l'`,
    ].join('\n');
    const words = ['exec', '--', 'bash', '-c', script];
    const terminal = Terminal.open({
      ...aiCommand(words, { home, cwd, env: desktop.env }),
      columns: 200,
    });
    await terminal.exit;
    const after = terminal.text.slice(terminal.text.lastIndexOf('\x1b[?1049l'));
    expect(after).toContain(`opened in your browser: ${page}\r\n`);
    expect(after).toContain(
      'not opened in your browser: http://127.0.0.1:8080/ (a page of the run itself',
    );
    expect(desktop.opened()).toEqual([`1 ${page}`]);
  });

  it('what is no page is refused, also by a program that speaks to the socket itself', async () => {
    const hostile = [
      ...[
        'file:///etc/passwd',
        'javascript:alert(1)',
        '-x',
        `${page}\n--x`,
        'https://u:p@203.0.113.7/',
      ],
      ...['http://127.0.0.1/', 'http://169.254.169.254/', 'x'.repeat(1024 ** 2), ''],
    ];
    writeFileSync(path.join(cwd, 'hostile.json'), JSON.stringify([...hostile, page]));
    writeFileSync(
      path.join(cwd, 'ask.mjs'),
      `import { readFileSync } from 'node:fs';
       import { connect } from 'node:net';
       import { text } from 'node:stream/consumers';
       for (const words of JSON.parse(readFileSync('hostile.json', 'utf8'))) {
         const way = connect({ path: '/run/ai-sock/browser', allowHalfOpen: true });
         way.on('error', () => undefined).end(words);
         console.log(await text(way).catch(() => 'closed\\n'));
       }`,
    );
    const screen = await atTerminal(
      `node ask.mjs; ${openAndSay('file:///x')}; ${openAndSay('-x')}`,
    );
    expect(screen.match(/^no .*$/gm)).toHaveLength(hostile.length);
    expect(screen).toMatch(/^opened$/m);
    expect(screen).toContain(
      'ai: not opened in your browser (only http and https): file:///x\ncode 4\n',
    );
    expect(screen).toContain('code 1\n');
    expect(desktop.opened()).toEqual([`1 ${page}`]);
    expect(screen).toMatch(/browser: asked \d+ times for what is no page/);
  });

  it('a flood opens one', async () => {
    const script = `for n in $(seq 30); do xdg-open "${page}&n=$n" 2>/dev/null & done; wait`;
    const screen = await atTerminal(script);
    expect(desktop.opened()).toHaveLength(1);
    expect(screen).toMatch(/and \d+ more pages: ai audit/);
  });

  it('with a list of hosts only these are opened; without a network none', async () => {
    const name = 'docs.ai-test.invalid';
    const options = ['--network', 'allowlist', '--allow', name, '--secure', '--browser', 'open'];
    const screen = await atTerminal(
      [openAndSay('https://evil.ai-test.invalid/'), openAndSay(`https://${name}/a`)].join('\n'),
      options,
      // Names are its business, and nothing answers there.
      { env: { HTTPS_PROXY: 'http://127.0.0.1:9' } },
    );
    expect(desktop.opened()).toEqual([`1 https://${name}/a`]);
    expect(screen).toMatch(
      /\(network: allowlist; ai net allow evil.*\): https:\/\/evil.*\ncode 4\ncode 0\n/,
    );
    const none = await atTerminal(openAndSay(), ['--network', 'none']);
    expect(none).toContain(`ai: not opened in your browser (network: none): ${page}\ncode 4\n`);
    expect(none).toContain(`ai: to open in your browser: ${page} (network: none)\n`);
    expect(desktop.opened()).toHaveLength(1);
  });

  it('a page of the run itself opens where its port is published', async () => {
    await atTerminal(openAndSay('http://localhost:3000/a'), ['--publish', '127.0.0.1:39481:3000']);
    expect(desktop.opened()).toEqual(['1 http://localhost:39481/a']);
  });

  it('an image’s own xdg-open is not in the way', async () => {
    const { stdout } = await runAi(['--dry-run', '--json'], { home, cwd });
    const { image: ours } = JSON.parse(stdout) as { image: { tag: string } };
    execFileSync('docker', ['build', '--quiet', '--tag', image, '-'], {
      input: `FROM ${ours.tag}\nUSER 0\nRUN cd /usr/local/bin && rm xdg-open sensible-browser x-www-browser www-browser open && printf '#!/bin/sh\\necho wrong\\n' >xdg-open && chmod 755 xdg-open && rm -r /opt/ai\n`,
      stdio: 'pipe',
    });
    mkdirSync(stateOf(home), { recursive: true, mode: 0o700 });
    const config = { assistants: { own: { image, command: ['sh'] } } };
    writeFileSync(path.join(stateOf(home), 'config.yaml'), JSON.stringify(config));
    const script = `${openAndSay()}; x-www-browser '${page}'; echo "other $?"`;
    const screen = await atTerminal(script, ['-a', 'own']);
    expect(screen).not.toContain('wrong');
    expect(screen).toContain('code 0\nother 0\n');
    expect(desktop.opened()).toEqual([`1 ${page}`]);
  });

  it('it is relayed where the engine shares no sockets', async () => {
    const { host } = await openEngineProxy({ at: '.colima/default/docker.sock' });
    const screen = await atTerminal(`${openAndSay()}; env | grep ^AI_ || echo no AI_`, [
      '--host',
      host,
      '--no-ssh',
    ]);
    expect(screen).toContain('code 0\nno AI_\n');
    expect(desktop.opened()).toEqual([`1 ${page}`]);
    await expectNothingLeft(home);
  });

  it.runIf(mayActAsOthers)('it is the way of another user than root as well', async () => {
    const user = testUser();
    home = temporaryDirectory({ owner: user });
    cwd = temporaryDirectory({ owner: user });
    const place = temporaryDirectory({ owner: user });
    desktop = fakeDesktop(place);
    const screen = await atTerminal(`${openAndSay()}; id -u`, [], { user });
    expect(screen).toContain(`code 0\n${user.uid}\n`);
    expect(desktop.opened()).toEqual([`1 ${page}`]);
  });
});

describe('where no page can be opened', () => {
  it('it is said to the program, and after the session', async () => {
    const screen = await atTerminal(openAndSay(), [], { env: { DISPLAY: '' } });
    const why = 'this machine has no desktop';
    expect(screen).toContain(`ai: not opened in your browser (${why}): ${page}\ncode 4\n`);
    expect(screen).toContain(`ai: to open in your browser: ${page} (${why})\n`);
    expect(desktop.opened()).toEqual([]);
  });

  it('without a terminal it is said once, on the launcher’s stderr', async () => {
    const words = ['exec', '--', 'sh', '-c', `${openAndSay()}; ${openAndSay()}`];
    expect(await runAi(words, { home, cwd, env: desktop.env })).toMatchObject({
      stdout: 'code 4\ncode 4\n',
      stderr: `ai: to open in your browser: ${page} (nobody is at a terminal)\n`,
    });
    expect(desktop.opened()).toEqual([]);
  });

  it('with --browser off there is no browser inside', async () => {
    const script = 'command -v xdg-open open $BROWSER || echo none; ls /run/ai-sock 2>&1';
    const screen = await atTerminal(`${script}; true`, ['--browser', 'off', '--no-ssh']);
    expect(screen).toMatch(/^none\n.*No such file/m);
  });
});
