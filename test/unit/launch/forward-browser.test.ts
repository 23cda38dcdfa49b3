// What becomes of pages that a session asks for, by way of the real socket, the program inside and a stand-in for the opener.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { auditDetails } from '../../../src/cli/audit-words.ts';
import type { AuditEntry } from '../../../src/journal/read-audit.ts';
import { Redactor } from '../../../src/base/redact.ts';
import { ForwardedBrowser } from '../../../src/launch/forward-browser.ts';
import type { World } from '../../../src/launch/world.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { runPaths } from '../../../src/plan/state-mounts.ts';
import { serveLinks } from '../../../src/tunnel/link-socket.ts';
import { buildFacts, type FactsInput } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let stateDirectory: string;
let said: string[];
let browser: ForwardedBrowser;
let opened: () => string[];

beforeEach(() => {
  stateDirectory = temporaryDirectory();
  said = [];
});

const templates = path.resolve('templates');

/** With an opener that notes its arguments, and ends with that code. */
async function start(input: FactsInput = {}, { code = 0, foreign = false } = {}): Promise<void> {
  const facts = buildFacts({ host: { desktop: 'xdg-open' }, ...input });
  const image = { ...facts.image, ...(foreign && { foreign: { start: '', relay: '' } }) };
  const made = buildPlan({ ...facts, image });
  if (made.browser === undefined) throw new Error('the plan has no browser');
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const plan = { ...made, browser: made.browser, state: { ...made.state, owner } };
  const paths = runPaths({ directory: stateDirectory, runId: plan.run.id });
  const bin = path.join(stateDirectory, 'bin');
  for (const directory of [paths.sock, paths.inside, bin])
    mkdirSync(directory, { recursive: true });
  const notes = path.join(stateDirectory, 'opened');
  writeFileSync(notes, '');
  const script = `#!/bin/sh\nprintf '%s ' $# "$@" >>'${notes}'\necho >>'${notes}'\nexit ${code}\n`;
  writeFileSync(path.join(bin, 'xdg-open'), script);
  chmodSync(path.join(bin, 'xdg-open'), 0o755);
  opened = () =>
    readFileSync(notes, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const world = {
    ...{ stateDirectory, templates, redactor: new Redactor() },
    environment: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    emit: (event: { text?: string }) => said.push(event.text ?? ''),
  } as unknown as World;
  browser = new ForwardedBrowser(
    { world, plan, proxies: {}, hosts: plan.egress?.hosts },
    stateDirectory,
  );
  await browser.open();
  onTestFinished(() => browser.close());
}

/** Says this, and gives the answer. */
async function ask(words: string | Buffer): Promise<string> {
  const client = connect({ path: browser.address ?? '', allowHalfOpen: true });
  client.on('error', () => undefined);
  client.end(words);
  return (await text(client)).trim();
}

const audit = (): unknown[] =>
  readFileSync(path.join(stateDirectory, 'audit.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

const page = 'https://203.0.113.7/login?code=1';

describe('a page', () => {
  it('is opened by a program that gets it as its only argument, and said after the session', async () => {
    await start();
    expect(await ask(page)).toBe('opened');
    expect(await ask(page)).toBe('opened');
    expect(opened()).toEqual([`1 ${page}`]);
    expect(said).toEqual([]);
    await browser.tell();
    expect(said).toEqual([`opened in your browser: ${page}`]);
    expect(audit()).toMatchObject([
      { what: 'browser', origin: 'https://203.0.113.7', opened: true, assistant: 'claude' },
    ]);
    expect(JSON.stringify(audit())).not.toContain('code');
    expect(audit().map((line) => auditDetails(line as AuditEntry))).toEqual([
      'https://203.0.113.7, opened',
    ]);
  });

  it.each<[string, FactsInput, string]>([
    ['without a desktop', { host: {} }, 'this machine has no desktop'],
    ['over ssh', { host: { desktop: 'ssh' } }, 'you are here by ssh'],
    ['by setting', { settings: { browser: 'print' } }, 'browser: print'],
    ['with no network', { settings: { network: 'none' } }, 'network: none'],
  ])('%s is said after the session, and to the program at once', async (_, input, why) => {
    await start(input);
    expect(await ask(page)).toBe(`no ${why}`);
    expect(said).toEqual([]);
    await browser.tell();
    expect(said).toEqual([`to open in your browser: ${page} (${why})`]);
    expect(opened()).toEqual([]);
    expect(audit()).toMatchObject([{ opened: false, reason: why }]);
  });

  it('of a run without a terminal is said at once, once', async () => {
    await start({ terminal: { stdin: false, stdout: false } });
    expect([await ask(page), await ask(page)]).toEqual(['said', 'said']);
    expect(said).toEqual([`to open in your browser: ${page} (nobody is at a terminal)`]);
    await browser.tell();
    expect(said).toHaveLength(1);
    expect(opened()).toEqual([]);
  });

  it('whose opener fails is said like one that is not opened', async () => {
    await start({}, { code: 3 });
    expect(await ask(page)).toBe('no xdg-open ended with 3');
    // A program that tries the next opener is told the same: it has to print the address itself.
    expect(await ask(page)).toBe('no xdg-open ended with 3');
    expect(opened()).toHaveLength(1);
    await browser.tell();
    expect(said).toEqual([`to open in your browser: ${page} (xdg-open ended with 3)`]);
  });
});

describe('what is refused', () => {
  it('stays refused when it is asked for again at once', async () => {
    await start();
    const astray = 'https://nonesuch.ai-test.invalid/';
    expect(await ask(astray)).toBe('no its name cannot be looked up');
    expect(await ask(astray)).toBe('no its name cannot be looked up');
    expect(opened()).toEqual([]);
    expect(audit()).toMatchObject([{ opened: false }]);
  });

  it('with no way to publish a port is not told to publish one', async () => {
    await start({ settings: { network: 'none' } });
    expect(await ask('http://localhost:5173/')).toBe(
      'no a page of the run itself, which this network keeps in',
    );
  });

  it.each<[string, string | Buffer, string]>([
    ['a file', 'file:///etc/passwd', 'only http and https'],
    ['a script', 'javascript:alert(1)', 'only http and https'],
    ['an option', '-x', 'no address of the web'],
    ['two lines', `${page}\n${page}`, 'no address of the web'],
    ['no text', Buffer.of(0xff, 0xfe), 'no address of the web'],
    ['nothing', '', 'no address of the web'],
    ['a megabyte', `https://203.0.113.7/${'a'.repeat(1024 ** 2)}`, 'longer than 4096 bytes'],
    ['a login', 'https://user:pass@203.0.113.7/', 'a user or password is in it'],
    [
      'a port of this machine',
      'http://127.0.0.1:8080/',
      'a page of the run itself: with -P 8080 it opens',
    ],
    [
      'a log-in that comes back inside',
      'https://203.0.113.7/?redirect_uri=http://localhost:9/',
      'it is called back at port 9 of the run: with -P 9 it opens',
    ],
    ['a private address', 'http://169.254.169.254/', 'it leads to this machine or its networks'],
  ])('%s, and a page after it is opened', async (_, words, why) => {
    await start();
    expect(await ask(words)).toBe(`no ${why}`);
    expect(opened()).toEqual([]);
    expect(await ask(page)).toBe('opened');
    expect(opened()).toEqual([`1 ${page}`]);
    expect(audit()).toMatchObject([{ opened: false }, { opened: true }]);
  });

  it('is what is on no list, with the command that helps; what is on it is not', async () => {
    const allow = ['allowed.ai-test.invalid'];
    await start({ settings: { network: 'allowlist', allow } });
    expect(await ask('https://evil.example.com/x')).toBe(
      'no network: allowlist; ai net allow evil.example.com',
    );
    expect(await ask(page)).toBe('no network: allowlist');
    // Nobody knows the name, so that the browser is not sent there either.
    expect(await ask('https://allowed.ai-test.invalid/')).toBe('no its name cannot be looked up');
    expect(opened()).toEqual([]);
  });

  it('is a flood: one page opens, no more is said than people read, and all is counted', async () => {
    await start();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, turn) => ask(`${page}&turn=${turn}`)),
    );
    expect(answers.filter((one) => one === 'opened')).toHaveLength(1);
    expect(answers.filter((one) => one === 'no more than one a second')).toHaveLength(11);
    expect(opened()).toHaveLength(1);
    for (let turn = 0; turn < 300; turn++) await ask(`javascript:${turn}`);
    await browser.tell();
    expect(said).toHaveLength(8);
    expect(said.slice(-2)).toEqual([
      'and 6 more pages: ai audit',
      'browser: asked 300 times for what is no page, or for too many: ai audit',
    ]);
  });
});

it('a page of the run itself opens where its port is published', async () => {
  await start({ settings: { publish: ['8080:3000'] } });
  expect(await ask('http://localhost:3000/a')).toBe('opened');
  expect(opened()).toEqual(['1 http://localhost:8080/a']);
});

describe('the program inside', () => {
  /** The script, with its socket at the test's place. */
  function program(): string {
    const { inside } = runPaths({ directory: stateDirectory, runId: 'deadbeef' });
    const script = path.join(inside, 'bin', 'xdg-open');
    expect(statSync(script).mode & 0o777).toBe(0o755);
    const mine = path.join(stateDirectory, 'program');
    const place = browser.address ?? '';
    writeFileSync(mine, readFileSync(script, 'utf8').replace('/run/ai-sock/browser', place));
    return mine;
  }
  const run = (
    words: readonly string[],
    only?: string,
  ): Promise<{ code: unknown; stdout: string; stderr: string }> => {
    const bin = temporaryDirectory();
    for (const name of only === undefined ? [] : [only, 'sleep'])
      symlinkSync(which(name), path.join(bin, name));
    return new Promise((resolve) => {
      const env = { PATH: only === undefined ? process.env['PATH'] : bin };
      execFile('/bin/sh', [program(), ...words], { env }, (error, stdout, stderr) => {
        resolve({ code: error?.code ?? 0, stdout, stderr });
      });
    });
  };
  const which = (name: string): string =>
    name === 'node'
      ? process.execPath
      : (['/usr/bin', '/bin', '/usr/local/bin']
          .map((directory) => path.join(directory, name))
          .find((file) => statSync(file, { throwIfNoEntry: false })) ?? name);
  const isHere = (name: string): boolean => which(name).startsWith('/');

  it.each(['socat', 'node', 'python3', 'perl'].filter(isHere))('asks by %s', async (tool) => {
    await start();
    expect(await run([page], tool)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(opened()).toEqual([`1 ${page}`]);
    const odd = "https://203.0.113.7/it's $(id) -x";
    expect(await run([odd], tool)).toEqual({
      ...{ code: 4, stdout: '' },
      stderr: `ai: not opened in your browser (no address of the web): ${odd}\n`,
    });
  });

  it('says the address where the image has nothing to ask by', async () => {
    await start();
    expect(await run([page], 'true')).toEqual({
      ...{ code: 4, stdout: '' },
      stderr: `ai: not opened in your browser (this image has no socat, node, python3 or perl): ${page}\n`,
    });
  });

  it('is silent where the user has been told', async () => {
    await start({ terminal: { stdin: false, stdout: false } });
    expect(await run([page])).toEqual({ code: 4, stdout: '', stderr: '' });
    expect(said).toHaveLength(1);
  });

  it.each([[[]], [['-x']], [[page, page]], [['']]])('takes one address: %j', async (words) => {
    await start();
    const { code, stderr } = await run(words);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^usage: program ADDRESS/);
    expect(opened()).toEqual([]);
  });

  it('goes by other names as well, where the image has no links to it', async () => {
    await start();
    const { inside } = runPaths({ directory: stateDirectory, runId: 'deadbeef' });
    expect(readdirSync(path.join(inside, 'bin'))).toEqual(['xdg-open']);
    rmSync(path.join(inside, 'bin'), { recursive: true });
    await browser.close();
    await start({}, { foreign: true });
    for (const name of ['sensible-browser', 'x-www-browser', 'www-browser', 'open'])
      expect(readlinkSync(path.join(inside, 'bin', name))).toBe('xdg-open');
  });
});

it('who says nothing does not keep others from asking, and has an end', async () => {
  const socket = path.join(temporaryDirectory(), 'browser');
  const server = await serveLinks({
    socket,
    answer: () => Promise.resolve('opened'),
    patience: 50,
  });
  onTestFinished(() => server.close());
  const silent = connect({ path: socket });
  const gone = once(silent, 'close');
  const asking = connect({ path: socket, allowHalfOpen: true });
  asking.end(page);
  expect(await text(asking)).toBe('opened\n');
  silent.resume();
  await gone;
});
