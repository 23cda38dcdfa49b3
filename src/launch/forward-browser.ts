// The way from a run to the user's browser: what its programs find as one, and the socket that leads here. What is asked for there
// is decided by code that is loaded when somebody asks.

import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { path } from '../base/path.ts';
import { browserPrograms, runDirectory } from '../plan/inside.ts';
import { browserSocketName } from '../plan/sockets.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { writeRunFile } from '../state/run-file.ts';
import { serveLinks } from '../tunnel/link-socket.ts';
import type { Listening } from '../tunnel/listen.ts';
import type { AskedPages, PagesInput } from './asked-pages.ts';
import { giveSocket } from './give-socket.ts';

/** What programs call a browser, beside `xdg-open` and $BROWSER (Debian's alternatives, and macOS's own word). */
const otherNames = ['sensible-browser', 'x-www-browser', 'www-browser', 'open'];

export class ForwardedBrowser {
  private server: Listening | undefined;
  private asked: Promise<AskedPages> | undefined;

  constructor(
    private readonly input: PagesInput,
    private readonly writable: string,
  ) {}

  /** Where its socket is. */
  get address(): string | undefined {
    return this.server?.address;
  }

  async open(): Promise<void> {
    const { plan } = this.input;
    const { inside, sock } = runPaths({ directory: this.writable, runId: plan.run.id });
    this.writePrograms(path.join(inside, path.relative(runDirectory, browserPrograms)));
    const socket = path.join(sock, browserSocketName);
    this.server = await serveLinks({
      socket,
      answer: async (text) => (await this.pages()).answer(text),
    });
    giveSocket(socket, plan.state.owner);
  }

  /** After the session: the screen was the assistant's meanwhile. */
  async tell(): Promise<void> {
    (await this.asked)?.tell();
  }

  async close(): Promise<void> {
    await this.server?.close();
    (await this.asked)?.close();
  }

  private pages(): Promise<AskedPages> {
    this.asked ??= import('./asked-pages.ts').then(({ AskedPages }) => new AskedPages(this.input));
    return this.asked;
  }

  /** For whoever runs inside, whatever the umask. */
  private writePrograms(directory: string): void {
    mkdirSync(directory);
    chmodSync(directory, 0o755);
    const { templates } = this.input.world;
    const text = readFileSync(path.join(templates, 'inside', 'xdg-open'), 'utf8');
    writeRunFile(path.join(directory, 'xdg-open'), text, 0o755);
    // Ours have links to it already.
    if (this.input.plan.image.foreign)
      for (const name of otherNames) symlinkSync('xdg-open', path.join(directory, name));
  }
}
