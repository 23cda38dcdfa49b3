// The overview without the rest of the program: the same words, or none where the settings have a say.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { commandNames } from '../../../src/base/command-names.ts';
import { commands } from '../../../src/cli/commands.ts';
import { overviewText } from '../../../src/cli/overview-program.ts';
import { overview } from '../../../src/cli/overview.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
beforeEach(() => {
  home = temporaryDirectory();
});

/** The user's own file of settings. */
function write(text: string): void {
  mkdirSync(path.join(home, '.docker-ai-config'));
  writeFileSync(path.join(home, '.docker-ai-config/config.yaml'), text);
}

it('is the overview, for the width of what is no terminal', () => {
  const lines = overview({ commands: commandNames, own: [] }, 80);
  expect(overviewText({ HOME: home })).toBe(`${lines.join('\n')}\n`);
  write('yolo: true\n');
  expect(overviewText({ HOME: home })).toBe(`${lines.join('\n')}\n`);
});

it('names the commands in the order of their records', () => {
  expect(Object.keys(commands)).toEqual(commandNames);
});

describe('is left to the rest of the program', () => {
  it.each([
    ['assistants of the user’s own', 'assistants: { mine: { image: x } }\n'],
    ['plain words', 'plain: true\n'],
    ['what may be either', '"pl\\u0061in": true\n'],
  ])('for %s in the settings', (_what, text) => {
    write(text);
    expect(overviewText({ HOME: home })).toBeUndefined();
  });

  it('for plain words by a variable', () => {
    expect(overviewText({ HOME: home, AI_PLAIN: '1' })).toBeUndefined();
  });

  it('where the settings cannot be read', () => {
    mkdirSync(path.join(home, '.docker-ai-config/config.yaml'), { recursive: true });
    expect(overviewText({ HOME: home })).toBeUndefined();
  });
});
