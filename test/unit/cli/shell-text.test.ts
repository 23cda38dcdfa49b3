// What is completed, by the records that parse the same words; and that nothing of it could be obeyed by a shell.

import { describe, expect, it } from 'vitest';
import { shells } from '../../../src/base/shells.ts';
import { commandNames } from '../../../src/base/command-names.ts';
import { commands, optionsOf } from '../../../src/cli/commands.ts';
import { readFunctionList, shellFunctions } from '../../../src/cli/shell/functions.ts';
import { completionModel } from '../../../src/cli/shell/model.ts';
import { completionText, shellText } from '../../../src/cli/shell/text.ts';
import { settingKeys } from '../../../src/settings/schema.ts';
import { firstLines } from '../../../src/state/shell-files.ts';

const model = completionModel();
const lists = new Map(model.lists);
const wordsIn = (list: string): readonly string[] => (lists.get(list) ?? []).map(([word]) => word);

describe('the model', () => {
  it('has every command with every option that it takes, and no other', () => {
    expect(wordsIn('commands')).toEqual([...commandNames, 'help']);
    for (const { name, takes } of model.commands) {
      const taken = optionsOf(commands[name as (typeof commandNames)[number]]);
      expect(takes.includes('--json'), name).toBe(taken.includes('json'));
      expect(takes.includes('--yolo'), name).toBe(taken.includes('yolo'));
      expect(takes, name).toContain('--help');
    }
    const audit = model.commands.find(({ name }) => name === 'audit')?.own;
    expect(audit?.map(({ names, value }) => [names, value])).toEqual([
      [['-n', '--lines'], 'nothing'],
      [['--run'], 'audit'],
      [['--all'], undefined],
    ]);
  });

  it('knows what values of options are', () => {
    const valueOf = (name: string): string | undefined =>
      model.options.find(({ names }) => names.includes(name))?.value;
    expect(valueOf('--assistant')).toBe('assistants');
    expect(valueOf('-a')).toBe('assistants');
    expect(valueOf('--profile')).toBe('profiles');
    expect(valueOf('--yolo')).toBeUndefined();
    expect(valueOf('-p')).toBe('nothing');
    expect(wordsIn(valueOf('--network') ?? '')).toEqual(
      expect.arrayContaining(['open', 'allowlist', 'none', 'host']),
    );
    expect(wordsIn('value.yolo')).toEqual(['true', 'false']);
    expect(wordsIn(valueOf('--ssh') ?? '')).toEqual(['remotes', 'all', 'none']);
    expect(wordsIn('keys')).toEqual(settingKeys);
  });

  it('names no list that is not there', () => {
    const lookedUp = ['profiles', 'runs', 'changes', 'audit', 'secrets', 'values'];
    const plain = ['files', 'directories', 'command', 'nothing'];
    const kinds = [
      ...model.words.map(([, kind]) => kind),
      ...[...model.options, ...model.commands.flatMap(({ own }) => own)].flatMap(
        ({ value = [] }) => value,
      ),
    ];
    for (const kind of kinds)
      expect([...lists.keys(), ...lookedUp, ...plain], kind).toContain(kind);
  });

  it('lists nothing that a shell would do anything with', () => {
    const words = [
      ...model.lists.flatMap(([, list]) => list.map(([word]) => word)),
      ...model.options.flatMap(({ names }) => names),
      ...model.words.map(([pattern]) => pattern.replaceAll('*', 'x')),
    ];
    for (const word of words) expect(word).toMatch(/^[A-Za-z0-9_./-]+$/);
  });
});

describe('--functions', () => {
  it.each([
    ['aic,claude', ['claude', 'aic']],
    ['claude, ai-mode', ['claude', 'ai-mode']],
    ['none', []],
    ['all', shellFunctions.map(({ name }) => name)],
  ])('%s', (list, names) => {
    expect(readFunctionList(list)).toEqual(names);
  });

  it.each(['', ',', 'claud', 'claude,$(id)'])('%j is refused', (list) => {
    expect(() => readFunctionList(list)).toThrow('AI_USAGE');
  });
});

describe.each(shells)('the text for %s', (shell) => {
  const first = firstLines({ build: 'a build', functions: ['claude', 'aic'] });

  it('begins with what it is, and has the functions that are wanted', () => {
    const text = shellText(shell, first, ['claude', 'aic']);
    expect(text.startsWith(first)).toBe(true);
    expect(text).toMatch(/^function claude\b/m);
    expect(text).toMatch(/^function aic\b/m);
    expect(text).not.toMatch(/^function (gemini|cic|ai-mode)\b/m);
    expect(text).not.toMatch(/^\s*(export|set -gx|typeset -x|alias)\b/m);
  });

  it('of completion alone defines no function that somebody would type', () => {
    expect(completionText(shell)).not.toMatch(/^function [a-z]/m);
  });

  it('is small enough to be read by every shell that starts', () => {
    expect(
      shellText(
        shell,
        first,
        shellFunctions.map(({ name }) => name),
      ).length,
    ).toBeLessThan(40_000);
  });
});
