// A user's own shell at a real terminal: zsh, bash and fish with the files of a home, and an `ai` that tells what it was given.

import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Shell } from '../../src/base/shells.ts';
import { ownExecutable } from './installation.ts';
import { Terminal } from './terminal.ts';
import { temporaryDirectory } from './test-directory.ts';

/** What is typed is told in this form: `ran: <stop> <x>`. What completion asks goes to the real one. */
const tellingAi = `#!/bin/sh
[ "$1" = completion ] && exec '${process.execPath}' '${ownExecutable}' "$@"
printf 'ran:'
[ $# -eq 0 ] || printf ' <%s>' "$@"
echo
`;

const rcFiles: Record<Shell, string> = {
  zsh: '.zshrc',
  bash: '.bashrc',
  fish: '.config/fish/config.fish',
};

/** A prompt that nothing else prints, and in zsh what most people have. */
const beginnings: Record<Shell, string> = {
  zsh: "PS1='READY> '\nsetopt no_prompt_sp\nautoload -Uz compinit && compinit -u\n",
  bash: "PS1='READY> '\n",
  fish: 'function fish_prompt\n    echo -n "READY> "\nend\nset -g fish_greeting\nset -g fish_autosuggestion_enabled 0\n',
};

export class ShellHome {
  readonly home = temporaryDirectory();
  readonly bin = path.join(this.home, 'bin');
  /** Where the shell starts. */
  readonly cwd = path.join(this.home, 'project');
  readonly rc: string;

  constructor(readonly shell: Shell) {
    this.rc = path.join(this.home, rcFiles[shell]);
    for (const directory of [this.bin, this.cwd, path.dirname(this.rc)])
      mkdirSync(directory, { recursive: true });
    this.addProgram('ai', tellingAi);
  }

  get state(): string {
    return path.join(this.home, '.docker-ai-config');
  }

  /** The name of what `ai setup` writes for it. */
  get file(): string {
    return `ai.${this.shell}`;
  }

  addProgram(name: string, text: string): void {
    const file = path.join(this.bin, name);
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }

  /** The rc file: the prompt, and these lines. */
  writeRc(...lines: readonly string[]): void {
    writeFileSync(this.rc, `${beginnings[this.shell]}${lines.join('\n')}\n`);
  }

  get environment(): Record<string, string> {
    return {
      HOME: this.home,
      PATH: `${this.bin}:${path.dirname(process.execPath)}:/usr/bin:/bin`,
      LANG: 'C.UTF-8',
      SHELL: `/usr/bin/${this.shell}`,
    };
  }

  /** Resolves with the shell at its first prompt. */
  async open(env: Readonly<Record<string, string>> = {}): Promise<Terminal> {
    const terminal = Terminal.open({
      command: [this.shell, '-i'],
      cwd: this.cwd,
      env: { ...this.environment, ...env },
      rows: 100,
      columns: 160,
    });
    await terminal.waitFor('READY> ');
    return terminal;
  }

  /** True if the shell has done what a hostile name was to make it do. */
  get wasTricked(): boolean {
    return existsSync(path.join(this.cwd, 'tricked'));
  }
}
