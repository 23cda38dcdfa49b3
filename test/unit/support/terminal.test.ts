// Tests of the terminal that other tests look through: a shell and stty say what a real one would.

import { expect, it } from 'vitest';
import { Terminal } from '../../support/terminal.ts';

const open = (script: string): Terminal =>
  Terminal.open({
    command: ['sh', '-c', script],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    rows: 30,
    columns: 100,
  });

it('gives the command a controlling terminal of the size that was asked for', async () => {
  const terminal = open('stty size </dev/tty; tty');
  await terminal.waitFor('30 100');
  await terminal.waitFor(/\/dev\/pts\/\d+/);
  expect(await terminal.exit).toEqual({ code: 0, signal: null });
});

it('tells the command of a new size', async () => {
  const terminal = open('trap "stty size; exit" WINCH; echo ready; while :; do sleep 0.05; done');
  await terminal.waitFor('ready');
  terminal.resize(50, 120);
  await terminal.waitFor('50 120');
});

it('sends what is typed, Ctrl-C as a signal', async () => {
  const terminal = open('read word; echo got $word; exec sleep 60');
  terminal.type('hello\r');
  await terminal.waitFor('got hello');
  terminal.type('\x03');
  expect(await terminal.exit).toEqual({ code: null, signal: 2 });
});

it('hangs the session up when it is closed', async () => {
  const terminal = open('echo ready; exec sleep 60');
  await terminal.waitFor('ready');
  terminal.hangUp();
  expect(await terminal.exit).toEqual({ code: null, signal: 1 });
});

it('shows the modes while the command runs and those it leaves behind', async () => {
  const terminal = open('stty -echo -icanon; echo raw; read word; stty echo');
  await terminal.waitFor('raw');
  expect(await terminal.termios()).toMatchObject({ echo: false, canonical: false });
  terminal.type('\n');
  await terminal.exit;
  expect(await terminal.termios()).toEqual({
    echo: true,
    canonical: false,
    signals: true,
    postprocess: true,
  });
});

it('has all output by the time it reports the end', async () => {
  const terminal = open('seq 1 20000');
  await terminal.exit;
  expect(terminal.text.endsWith('\r\n20000\r\n')).toBe(true);
});

it('finds texts one after the other, as they come', async () => {
  const terminal = open('echo "$ one"; echo "$ two"');
  await terminal.waitFor('$');
  await terminal.waitFor('one');
  await terminal.waitFor(/\$ two/);
});

it('says what was on the screen when the text never came', async () => {
  const terminal = open('echo something else');
  await expect(terminal.waitFor('wanted')).rejects.toThrow(/waiting for wanted[^]*something else/);
});
