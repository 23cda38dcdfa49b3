// ai net: what it prints of the audit, and what it writes into settings.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/base/redact.ts';
import { AiError } from '../../../src/base/errors.ts';
import { commands } from '../../../src/cli/commands.ts';
import { dispatch } from '../../../src/cli/dispatch.ts';
import { appendAudit } from '../../../src/journal/audit.ts';
import { wordsOf } from '../../../src/cli/words.ts';
import { makeWorld } from '../../../src/launch/world.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const packageRoot = path.join(import.meta.dirname, '../../..');
let home: string;
let project: string;
let state: string;

beforeEach(() => {
  home = temporaryDirectory();
  project = path.join(home, 'p');
  state = path.join(home, '.docker-ai-config');
  mkdirSync(path.join(project, '.git/objects'), { recursive: true });
  mkdirSync(path.join(project, '.git/refs'));
  writeFileSync(path.join(project, '.git/HEAD'), 'ref: refs/heads/main\n');
  mkdirSync(state);
});

async function ai(
  ...argv: string[]
): Promise<{ code: number | string; out: string; said: string }> {
  const stdout = new PassThrough();
  const said: string[] = [];
  const world = makeWorld({
    ...{ packageRoot, environment: { HOME: home }, directory: project },
    streams: { stdin: new PassThrough(), stdout, stderr: new PassThrough() },
    emit: (event) => {
      if ('text' in event) said.push(event.text);
    },
    confirm: () => Promise.resolve(false),
    consent: () => Promise.resolve(undefined),
  });
  const end = (code: number | string) => ({
    code,
    out: String((stdout.read() as Buffer | null) ?? ''),
    said: said.join('\n'),
  });
  try {
    const { command, options, words } = dispatch(argv);
    const handler = await commands[command].load();
    const code: number = await handler({ world, options, words });
    return end(code);
  } catch (error) {
    if (!(error instanceof AiError)) throw error;
    const { what, next } = wordsOf(error);
    said.push(what, next);
    return end(error.code as string);
  }
}

const note = (line: Readonly<Record<string, unknown>>): void => {
  appendAudit(
    { stateDirectory: state, redactor: new Redactor() },
    { what: 'network', run: 'r1', project, allowed: false, ...line },
  );
};

describe('ai net log', () => {
  it('shows what runs here have asked for, and what would allow it', async () => {
    note({ host: 'good.example', port: 443, allowed: true });
    note({ host: 'evil.example', port: 443, reason: 'host' });
    note({ host: 'good.example', port: 8443, reason: 'port' });
    note({ host: 'other.example', port: 443, reason: 'host', project: '/elsewhere' });
    appendAudit(
      { stateDirectory: state, redactor: new Redactor() },
      { what: 'ssh agent', project, host: 'x', allowed: true },
    );
    writeFileSync(path.join(state, 'audit.jsonl'), '{"what":"network"}\nno JSON\n', { flag: 'a' });
    const { code, out } = await ai('net');
    expect(code).toBe(0);
    const rows = out
      .trimEnd()
      .split('\n')
      .map((row) => row.replace(/^\S+ \S+ +/, ''));
    expect(rows[0]).toContain('HOST');
    expect(rows.slice(1).map((row) => row.split(/ {2,}/))).toEqual([
      ['r1', 'good.example:443', 'yes'],
      ['r1', 'evil.example:443', 'no: not allowed', 'ai net allow evil.example'],
      ['r1', 'good.example:8443', 'no: not at this port', 'ai net allow good.example:8443'],
    ]);
    expect((await ai('net', 'log', '--all')).out).toContain('other.example:443');
    const data = JSON.parse((await ai('net', '--json')).out) as object[];
    expect(data).toHaveLength(3);
    expect(data[0]).toMatchObject({ host: 'good.example', port: 443, allowed: true, run: 'r1' });
  });

  it('says so where there is nothing', async () => {
    expect(await ai('net', 'log')).toEqual({
      ...{ code: 0, out: '' },
      said: 'no run here has asked for a host with network: allowlist',
    });
  });
});

describe('ai net allow', () => {
  const config = (): string => readFileSync(path.join(state, 'config.yaml'), 'utf8');

  it('adds a host to the user’s settings, once, in its one form', async () => {
    writeFileSync(path.join(state, 'config.yaml'), '# mine\nallow: a.example # one\n');
    expect((await ai('net', 'allow', 'B.Example.')).code).toBe(0);
    expect((await ai('net', 'allow', 'b.example')).said).toContain('allowed already');
    expect((await ai('net', 'allow', 'b.example:8443')).code).toBe(0);
    expect(config()).toContain('# mine');
    expect(config().match(/[ab]\.example(:\d+)?/g)).toEqual([
      ...['a.example', 'b.example', 'b.example:8443'],
    ]);
  });

  it('adds it to the project’s file, which counts once it is trusted', async () => {
    writeFileSync(path.join(project, 'package.json'), '{"name":"p","ai":{"allow":["a.example"]}}');
    const { code, said } = await ai('net', 'allow', '--project', 'b.example');
    expect(code).toBe(0);
    expect(said).toContain('ai trust');
    const { ai: settings } = JSON.parse(
      readFileSync(path.join(project, 'package.json'), 'utf8'),
    ) as { ai: object };
    expect(settings).toEqual({ allow: ['a.example', 'b.example'] });
    expect(existsSync(path.join(state, 'config.yaml'))).toBe(false);
  });

  it('refuses what would be a whole domain of the top, and says why', async () => {
    const { code, said } = await ai('net', 'allow', 'com');
    expect(code).toBe('AI_USAGE');
    expect(said).toContain('“com” is one word');
    expect(said).toContain('like example.com');
    expect(existsSync(path.join(state, 'config.yaml'))).toBe(false);
  });

  it.each([[], ['10.0.0.1'], ['https://a.example/'], ['a.example', 'b.example'], ['*.example']])(
    'refuses %j',
    async (...words) => {
      expect((await ai('net', 'allow', ...words)).code).toBe('AI_USAGE');
      expect(existsSync(path.join(state, 'config.yaml'))).toBe(false);
    },
  );
});
