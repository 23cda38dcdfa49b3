// ai config as a user has it: at a real terminal, in real processes, in the middle of a real run's command line.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { aiCommand, runAi, type AiResult } from '../support/ai.ts';
import { stateOf } from '../support/left-behind.ts';
import { Terminal } from '../support/terminal.ts';
import { homeWithSettings } from '../support/ready-home.ts';

let home: string;
let file: string;
beforeEach(() => {
  ({ home, file } = homeWithSettings());
});

const ai = (args: string[], env: Record<string, string> = {}): Promise<AiResult> =>
  runAi(args, { home, env });

/** An editor that is ready at once, and does something else each time. */
function editor(...scripts: string[]): Record<string, string> {
  const program = path.join(home, 'editor');
  const steps = scripts.map((script, index) => `${index}) ${script} ;;`);
  const count = path.join(home, 'count');
  writeFileSync(
    program,
    `#!/bin/sh\nn=$(wc -l <${count} 2>/dev/null || echo 0)\necho >>${count}\ncase $n in ${steps.join(' ')} esac\n`,
  );
  chmodSync(program, 0o755);
  return { VISUAL: program };
}

const answers: readonly (readonly [keys: string, written: string | undefined, code: number])[] = [
  ['\r', 'cpus: 2\n', 0],
  ['n\r', undefined, 125],
];
it.each(answers)('edit asks whether to go on with what is wrong: %j', async (keys, text, code) => {
  const env = editor('echo "cpsu: 2" >"$1"', 'echo "cpus: 2" >"$1"');
  const terminal = Terminal.open(aiCommand(['config', 'edit'], { home, env }));
  await terminal.waitFor('cpsu is not a setting; did you mean cpus?');
  await terminal.waitFor('Edit it again? [Y/n]');
  terminal.type(keys);
  expect(await terminal.exit).toEqual({ code, signal: null });
  expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(text);
  const copies = readdirSync(stateOf(home)).filter((name) => name.includes('.edit.'));
  expect(copies).toHaveLength(text === undefined ? 1 : 0);
  if (text === undefined) expect(terminal.visible).toContain('is as it was; what you wrote is in');
});

it('edit leaves Ctrl-C to the editor', async () => {
  const env = editor('trap "echo interrupted" INT; echo ready; sleep 5; echo "cpus: 2" >"$1"');
  const terminal = Terminal.open(aiCommand(['config', 'edit'], { home, env }));
  await terminal.waitFor('ready');
  terminal.type('\x03');
  await terminal.waitFor('interrupted');
  expect(await terminal.exit).toEqual({ code: 0, signal: null });
  expect(readFileSync(file, 'utf8')).toBe('cpus: 2\n');
});

it('get sends no escape sequences of a file to a terminal, and all of it to a pipe', async () => {
  mkdirSync(stateOf(home));
  writeFileSync(file, 'model: "a\\e[31m"\n');
  expect((await ai(['config', 'get', 'model'])).stdout).toBe('a\u001b[31m\n');
  const terminal = Terminal.open(aiCommand(['config', 'get', 'model'], { home }));
  await terminal.exit;
  expect(terminal.text).toBe('a\\x1b[31m\r\n');
});

it('set takes many processes at once and loses none', async () => {
  mkdirSync(stateOf(home));
  writeFileSync(file, '# mine\n');
  const names = ['A', 'B', 'C', 'D', 'E'];
  const ends = await Promise.all(names.map((name) => ai(['config', 'set', `env.${name}`, name])));
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  expect(readFileSync(file, 'utf8').split('\n').sort()).toEqual(
    ['', '# mine', 'env:', ...names.map((name) => `  ${name}: ${name}`)].sort(),
  );
  expect(readdirSync(stateOf(home))).toEqual(['config.yaml']);
});

it('is what runs take, and ends as scripts expect', async () => {
  expect(await ai(['config', 'set', 'env.GREETING', 'a: b'])).toMatchObject({
    code: 0,
    stdout: '',
  });
  expect((await ai(['exec', '--dry-run', '--', 'true'])).stdout).toContain('GREETING=a: b');
  expect(await ai(['config', 'get', 'model'])).toMatchObject({ code: 1, stdout: '', stderr: '' });
  expect(await ai(['config', 'set', 'pids', 'many'])).toMatchObject({ code: 2, stdout: '' });
  writeFileSync(file, 'pids: many\n');
  expect(await ai(['config', 'validate'])).toMatchObject({ code: 1 });
  expect(await ai(['config'])).toMatchObject({ code: 125, stdout: '' });
});
