// ai mode: the default assistant, shown and set, and that the next run takes it.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import { aiCommand, runAi, type AiResult } from '../support/ai.ts';
import { stateOf } from '../support/left-behind.ts';
import { Terminal } from '../support/terminal.ts';
import { homeWithSettings } from '../support/ready-home.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';

let home: string;
let file: string;
beforeEach(() => {
  ({ home, file } = homeWithSettings());
});

const ai = (args: string[], env: Record<string, string> = {}): Promise<AiResult> =>
  runAi(args, { home, env });
const write = (text: string): void => {
  mkdirSync(stateOf(home));
  writeFileSync(file, text);
};
const answer = (stdout: string, stderr = ''): AiResult => ({
  code: 0,
  signal: null,
  stdout,
  stderr,
});

it('shows the default and makes nothing', async () => {
  expect(await ai(['mode'])).toEqual(answer('claude\n'));
  expect(await ai(['mode', '--json'])).toEqual(answer('{"assistant":"claude","origin":null}\n'));
  expect(readdirSync(home)).toEqual([]);
});

it('sets another, for every run from now on', async () => {
  write('# mine\nmemory: 4g\n');
  expect(await ai(['mode', 'gemini'])).toEqual(answer('', 'ai: default assistant: gemini\n'));
  expect(readFileSync(file, 'utf8')).toBe('# mine\nmemory: 4g\nassistant: gemini\n');
  expect(await ai(['mode'])).toEqual(answer('gemini\n'));
  expect(await ai(['mode', '--json'])).toEqual(
    answer(`${JSON.stringify({ assistant: 'gemini', origin: `${file}:3:1` })}\n`),
  );
  expect((await ai(['exec', '--dry-run', '--', 'true'])).stdout).toContain('ai-in-docker/gemini:');
  expect(await ai(['mode', '--json', 'gemini'])).toEqual(
    answer(
      `${JSON.stringify({ assistant: 'gemini', file, changed: false, overriddenBy: null })}\n`,
    ),
  );
  expect(await ai(['--quiet', 'mode', 'codex'])).toEqual(answer(''));
  expect((await ai(['mode'])).stdout).toBe('codex\n');
});

it('says what wins over it', async () => {
  const env = { AI_ASSISTANT: 'codex' };
  expect(await ai(['mode'], env)).toEqual(answer('codex\n'));
  const set = await ai(['mode', 'gemini'], env);
  expect(set).toMatchObject({ code: 0, stdout: '' });
  expect(set.stderr).toBe(
    'ai: default assistant: gemini\nai: AI_ASSISTANT=codex overrides it where it is set: unset AI_ASSISTANT\n',
  );
  expect((await ai(['mode', 'codex'], env)).stderr).toBe('ai: default assistant: codex\n');
});

it('at a terminal says where it comes from, unless that is nowhere', async () => {
  const see = async (env: Record<string, string>): Promise<string> => {
    const terminal = Terminal.open(aiCommand(['mode'], { home, env }));
    await terminal.exit;
    return terminal.visible.replaceAll('\r', '');
  };
  expect(await see({})).toBe('claude\n');
  expect(await see({ AI_ASSISTANT: 'qwen' })).toBe('qwen\nai: set by AI_ASSISTANT\n');
});

it('repairs a default that is not an assistant', async () => {
  write('assistant: gmini\n');
  const shown = await ai(['mode']);
  expect(shown).toMatchObject({ code: 125, stdout: '' });
  expect(shown.stderr).toContain(
    `${file}:1:1: assistant must be an assistant, not “gmini”; did you mean gemini?`,
  );
  const ofVariable = await ai(['mode'], { AI_ASSISTANT: 'foo' });
  expect(ofVariable.stderr).toContain('AI_ASSISTANT must be an assistant, not “foo”');
  expect(ofVariable.stderr).toContain('unset AI_ASSISTANT');
  expect(await ai(['mode', 'gemini'])).toMatchObject({ code: 0 });
  expect((await ai(['mode'])).stdout).toBe('gemini\n');
});

it('leaves a broken file alone, and names the line', async () => {
  write('memory: 4g\nassistant: }\n');
  const { code, stdout, stderr } = await ai(['mode', 'gemini']);
  expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
  expect(stderr).toContain(`${file}:2:`);
  expect(stderr).toContain('AI_SETTING_INVALID');
  expect(readFileSync(file, 'utf8')).toBe('memory: 4g\nassistant: }\n');
});

it('takes many at once, and is whole afterwards', async () => {
  write('# mine\n');
  const names = ['gemini', 'codex', 'qwen', 'copilot'];
  for (const { code } of await Promise.all(names.map((name) => ai(['mode', name]))))
    expect(code).toBe(0);
  expect(readFileSync(file, 'utf8')).toMatch(/^# mine\nassistant: (gemini|codex|qwen|copilot)\n$/);
  expect(readdirSync(stateOf(home))).toEqual(['config.yaml']);
});

it.runIf(mayActAsOthers)('says so where it may not write', async () => {
  write('');
  const { code, stderr } = await runAi(['mode', 'gemini'], { home, user: testUser() });
  expect(code).toBe(125);
  expect(stderr).toContain('AI_STATE_UNWRITABLE');
});

it.each([
  [['mode', 'gmini'], 'did you mean gemini?'],
  [['mode', 'x'], 'choose one: ai mode claude, '],
  [['mode', ''], 'ai mode claude'],
  [['mode', 'claude', 'gemini'], 'takes one assistant'],
  [['mode', '--dry-run', 'claude'], 'does not take --dry-run'],
])('%j is wrong usage', async (args, words) => {
  const { code, stdout, stderr } = await ai(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(words);
  expect(readdirSync(home)).toEqual([]);
});
