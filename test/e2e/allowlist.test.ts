// Every real assistant without a network: its model has a name that only a company's proxy knows, and it gets there by the
// launcher's own proxy, by what it is told of it. All else that it may want is nowhere.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aiCommand, runAi } from '../support/ai.ts';
import { CorporateProxy } from '../support/corporate-proxy.ts';
import { startFakeModel, type FakeModel } from '../support/fake-api/server.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { makeRepository } from '../support/repository.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { takeNames } from '../support/vendor-names.ts';
import { askAtTerminal, realAssistants } from './real-assistants.ts';

const model = 'model.ai-test.invalid';
const url = `https://${model}`;
const onlyModel = new Set([`CONNECT ${model}:443`]);

let fake: FakeModel;
let proxy: CorporateProxy;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  const { tls, env } = takeNames([model], '127.0.0.1');
  fake = await startFakeModel('127.0.0.1', { tls: { ...tls, port: 0 } });
  proxy = new CorporateProxy({ [model]: fake.port });
  await proxy.start();
  environment = { ...proxy.env, ...env };
});
afterAll(async () => {
  proxy.stop();
  await fake.close();
});
beforeEach(() => {
  proxy.asked.length = 0;
});

/** Where OpenCode looks for packages of its own: none is there, and it does not try again. */
const packages = ['-e', `npm_config_registry=${url}/`];

describe.each(realAssistants)('$name with network: allowlist', (assistant) => {
  const { name, env, options = () => [], plain } = assistant;

  it('answers a prompt through the tunnel, and asks for nothing else', async () => {
    const home = temporaryDirectory();
    const start = { home, cwd: makeRepository(), env: { ...environment, ...env(url) } };
    // The first use builds the image; --yes stands for the user who agrees.
    const words = [
      '--yes',
      '--network',
      'allowlist',
      '-p',
      'hello',
      ...packages,
      ...options(url),
      name,
    ];
    const run = await runAi(words, start);
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: plain });
    expect(new Set(proxy.asked)).toEqual(onlyModel);
    await expectNothingLeft(home);
  });
});

/** Image and home are not what they expect, and what they ask the terminal goes through a filter. */
describe.each(realAssistants.filter(({ name }) => ['claude', 'codex'].includes(name)))(
  '$name with --secure, as it is',
  ({ name, env, options = () => [], ready, quit }) => {
    it('holds a session through the tunnel, with no title and no clipboard for the terminal', async () => {
      const home = temporaryDirectory();
      const start = { home, cwd: makeRepository(), env: { ...environment, ...env(url) } };
      const words = ['--secure', ...options(url), name];
      const terminal = Terminal.open({ ...aiCommand(words, start), rows: 40, columns: 120 });
      await terminal.waitFor(ready, { timeout: 60_000 });
      await askAtTerminal(terminal);
      await quit(terminal);
      expect(await terminal.exit).toEqual({ code: 0, signal: null });
      // eslint-disable-next-line no-control-regex -- Sequences that must not be there.
      expect(terminal.text).not.toMatch(/\u001b(?:\](?:0|1|2|52|9)[;\u0007]|[P_^X]|\[2[0-3]t)/);
      expect(terminal.text).toContain('\u001b[?2004h');
      expect(new Set(proxy.asked)).toEqual(onlyModel);
      await expectNothingLeft(home);
    });
  },
);
