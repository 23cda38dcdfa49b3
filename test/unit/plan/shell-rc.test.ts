// The line that ai setup writes into the file of a shell: one more line, and byte for byte out again.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shells } from '../../../src/base/shells.ts';
import {
  hasOurLine,
  ownLine,
  rcFiles,
  rcLine,
  withLine,
  withoutLine,
} from '../../../src/plan/shell-rc.ts';

const home = '/home/anna';
const lineOf = (shell: (typeof shells)[number], state = `${home}/.docker-ai-config`): string =>
  rcLine(shell, `${state}/shell/ai.${shell}`, home);

describe.each(shells)('in %s', (shell) => {
  const line = lineOf(shell);

  it('whatever was in the file is there again afterwards', () => {
    const states = ['/home/anna/.docker-ai-config', "/srv/it's a $(place)", '/srv/\x01b'];
    const text = fc.option(
      fc.string({ unit: fc.constantFrom('a', '#', ' ', '\n', '\r', 'é', line) }),
      {
        nil: undefined,
      },
    );
    fc.assert(
      fc.property(text, fc.constantFrom(...states), (before, state) => {
        fc.pre(before === undefined || !hasOurLine(before, shell));
        const added = withLine(before, lineOf(shell, state));
        expect(hasOurLine(added, shell)).toBe(true);
        expect(withoutLine(added, shell)).toBe(before);
      }),
    );
  });

  it('what is written below it later stays, and the line above it keeps its end', () => {
    expect(withoutLine(`${withLine('a', line)}b\n`, shell)).toBe('a\nb\n');
    expect(withoutLine(`${withLine('a\n', line)}b`, shell)).toBe('a\nb');
    expect(withoutLine(`${withLine(undefined, line)}b\n`, shell)).toBe('b\n');
  });

  it('a line that somebody has changed is theirs', () => {
    const changed = withLine('a\n', line).replace('# ai', '# my ai');
    expect(withoutLine(changed, shell)).toBe(changed);
    expect(ownLine(changed, shell)).toBe(2);
  });

  it('sees what the user loads without us, and no comment', () => {
    expect(ownLine(`a\nsource ~/.docker-ai-config/shell/ai.${shell}\n`, shell)).toBe(2);
    expect(ownLine(`ai shell-init ${shell} | source\n`, shell)).toBe(1);
    expect(ownLine(`source <(ai shell-init ${shell})\n`, shell)).toBe(1);
    expect(ownLine(`  # source ~/.docker-ai-config/shell/ai.${shell}\n`, shell)).toBeUndefined();
    expect(ownLine(withLine('', line), shell)).toBeUndefined();
  });
});

it('the line names the home as ~, so that it serves wherever the file is shared', () => {
  expect(lineOf('zsh')).toBe(
    '[ ! -r ~/.docker-ai-config/shell/ai.zsh ] || . ~/.docker-ai-config/shell/ai.zsh',
  );
  expect(lineOf('fish')).toBe(
    'test ! -r ~/.docker-ai-config/shell/ai.fish; or source ~/.docker-ai-config/shell/ai.fish',
  );
});

it('a directory of any name stands in quotes', () => {
  expect(lineOf('bash', "/srv/it's $HOME")).toContain(
    String.raw`. '/srv/it'\''s $HOME/shell/ai.bash'`,
  );
  expect(lineOf('fish', "/srv/it's \\ $HOME")).toContain(
    String.raw`source '/srv/it\'s \\ $HOME/shell/ai.fish'`,
  );
});

it.each([
  ['zsh', {}, ['/home/anna/.zshrc']],
  ['zsh', { ZDOTDIR: '/home/anna/.zsh' }, ['/home/anna/.zsh/.zshrc', '/home/anna/.zshrc']],
  ['bash', {}, ['/home/anna/.bashrc']],
  ['fish', {}, ['/home/anna/.config/fish/config.fish']],
  [
    'fish',
    { XDG_CONFIG_HOME: '/etc/anna' },
    ['/etc/anna/fish/config.fish', '/home/anna/.config/fish/config.fish'],
  ],
] as const)('%s with %j reads %j', (shell, environment, files) => {
  expect(rcFiles(shell, { home, environment })).toEqual(files);
});
