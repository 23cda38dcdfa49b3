// What is on the screen of a terminal, by xterm.js: programs draw a line in any pieces and in any order.

import xterm from '@xterm/headless';

export class Screen {
  readonly #emulator: InstanceType<typeof xterm.Terminal>;
  #pending = 0;

  constructor({ rows, columns }: { rows: number; columns: number }) {
    this.#emulator = new xterm.Terminal({ rows, cols: columns, allowProposedApi: true });
  }

  /** Draws what came out of a program; that takes a moment. */
  draw(output: string, drawn: () => void): void {
    this.#pending++;
    this.#emulator.write(output, () => {
      this.#pending--;
      drawn();
    });
  }

  get isDrawing(): boolean {
    return this.#pending > 0;
  }

  /** Its lines, with those that have been scrolled away. */
  get text(): string {
    const { active } = this.#emulator.buffer;
    return Array.from(
      { length: active.length },
      (_, line) => active.getLine(line)?.translateToString(true) ?? '',
    ).join('\n');
  }
}
