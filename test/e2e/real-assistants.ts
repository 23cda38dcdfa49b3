// The seven real assistants as the end-to-end tests know them: how each reaches the fake model, and what it shows and says.

import { setTimeout as wait } from 'node:timers/promises';
import type { BuiltInName } from '../../src/base/assistant-definition.ts';
import { fakeReply } from '../support/fake-api/answer.ts';
import type { Terminal } from '../support/terminal.ts';

export interface RealAssistant {
  name: BuiltInName;
  /** Variables of the host that bring it to the fake model at `url`. */
  env: (url: string) => Readonly<Record<string, string>>;
  /** Options of the launcher that do. */
  options?: (url: string) => readonly string[];
  /** What a turn prints on stdout, exactly. */
  plain: string;
  /** What `--json` prints: one document, or one on each line. */
  json: 'document' | 'lines';
  /** A failure of the model that it does not try to get over, and its exit code then. */
  failure: { status: number; code: number };
  /** What its session shows when it waits for the user. */
  ready: string;
  /** Ends a session. */
  quit: (terminal: Terminal) => Promise<void>;
}

/** Stands in every variable that holds a key. */
export const fakeKey = 'fake-key-0123456789';

/** Asks something, and waits until the reply is on the screen. */
export async function askAtTerminal(terminal: Terminal): Promise<void> {
  await typeLine(terminal, 'hello there');
  await broughtAbout(terminal, terminal.waitForScreen(fakeReply, { timeout: 60_000 }));
}

/** Types a line as a person does: keys that come too close to Enter are taken for a paste. */
async function typeLine(terminal: Terminal, line: string): Promise<void> {
  terminal.type(line);
  await terminal.waitForScreen(line);
  await wait(100);
  terminal.type('\r');
}

/** Waits for what a typed line brings about. Where Enter came too close on a slow machine after all, the line still stands there. */
async function broughtAbout<T>(terminal: Terminal, outcome: Promise<T>): Promise<T> {
  const isThere = outcome.then(() => true);
  if (!(await Promise.race([isThere, wait(5000, false)]))) terminal.type('\r');
  return outcome;
}

const byCommand =
  (command: string) =>
  async (terminal: Terminal): Promise<void> => {
    await typeLine(terminal, command);
    await broughtAbout(terminal, terminal.exit);
  };

const byCtrlC = (terminal: Terminal): Promise<void> => {
  terminal.type('\x03');
  return Promise.resolve();
};

const claudeCode = {
  plain: `${fakeReply}\n`,
  json: 'document',
  // It goes on trying for minutes after a 401, as if the login might be renewed meanwhile.
  failure: { status: 400, code: 1 },
  ready: '❯',
  quit: async (terminal: Terminal): Promise<void> => {
    terminal.type('\x03');
    await terminal.waitForScreen('again to exit');
    terminal.type('\x03');
  },
} as const;

export const realAssistants: readonly RealAssistant[] = [
  {
    name: 'claude',
    env: (url) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: fakeKey }),
    ...claudeCode,
  },
  {
    name: 'gemini',
    env: (url) => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: fakeKey }),
    plain: `${fakeReply}\n`,
    json: 'document',
    failure: { status: 401, code: 1 },
    ready: 'Type your message',
    quit: byCommand('/quit'),
  },
  {
    name: 'codex',
    env: (url) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: fakeKey }),
    plain: `${fakeReply}\n`,
    json: 'lines',
    failure: { status: 401, code: 1 },
    ready: '›',
    // Ctrl-C would end only the turn where that is still closing.
    quit: byCommand('/quit'),
  },
  {
    name: 'glm',
    env: () => ({ ZAI_API_KEY: fakeKey }),
    options: (url) => ['-e', `ANTHROPIC_BASE_URL=${url}/api/anthropic`],
    ...claudeCode,
  },
  {
    name: 'opencode',
    env: (url) => ({
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        provider: { anthropic: { options: { apiKey: fakeKey, baseURL: `${url}/v1` } } },
      }),
    }),
    options: () => ['--model', 'anthropic/claude-sonnet-4-5'],
    plain: `${fakeReply}\n`,
    json: 'lines',
    failure: { status: 401, code: 1 },
    ready: 'Ask anything',
    quit: byCtrlC,
  },
  {
    name: 'qwen',
    env: (url) => ({
      OPENAI_BASE_URL: `${url}/v1`,
      OPENAI_API_KEY: fakeKey,
      OPENAI_MODEL: 'fake-model',
    }),
    plain: `${fakeReply}\n`,
    json: 'document',
    failure: { status: 401, code: 1 },
    ready: 'Type your message',
    quit: byCommand('/quit'),
  },
  {
    name: 'copilot',
    env: (url) => ({
      COPILOT_OFFLINE: 'true',
      COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
      COPILOT_PROVIDER_API_KEY: fakeKey,
      COPILOT_MODEL: 'fake-model',
    }),
    plain: `${fakeReply}\n\n`,
    json: 'lines',
    failure: { status: 401, code: 1 },
    ready: '❯',
    quit: byCommand('/exit'),
  },
];
