// The way from a run to the user's browser: what its programs find as one, what is opened of what they ask for, and what is said.

import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { HostEntry } from '../base/host-name.ts';
import { auditedRun } from '../plan/audit-lines.ts';
import { browserPrograms, runDirectory } from '../plan/inside.ts';
import type { BrowserPlan, RunPlan } from '../plan/run-plan.ts';
import { browserSocketName } from '../plan/sockets.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { writeRunFile } from '../state/run-file.ts';
import type { HostProxies } from '../tunnel/host-proxies.ts';
import { judgeAddress } from '../tunnel/link-address.ts';
import { judgeLink, LinkBudget } from '../tunnel/link-policy.ts';
import { serveLinks } from '../tunnel/link-socket.ts';
import type { Listening } from '../tunnel/listen.ts';
import { AuditedUses } from './audited-uses.ts';
import { giveSocket } from './give-socket.ts';
import { whyRefused, wordsOfLink, wordsOfLinks, type LinkOutcome } from './link-words.ts';
import { openPage } from './open-page.ts';
import type { World } from './world.ts';

/** What programs call a browser, beside `xdg-open` and $BROWSER (Debian's alternatives, and macOS's own word). */
const otherNames = ['sensible-browser', 'x-www-browser', 'www-browser', 'open'];

export class ForwardedBrowser {
  private server: Listening | undefined;
  /** Each once, in the order of their first time. */
  private readonly outcomes: LinkOutcome[] = [];
  /** How often it was asked for what is no page at all. */
  private nameless = 0;
  private readonly budget = new LinkBudget();
  private readonly audit: AuditedUses;

  /** @param hosts where the run may reach these only */
  constructor(
    private readonly world: World,
    private readonly plan: RunPlan & { browser: BrowserPlan },
    private readonly writable: string,
    private readonly proxies: HostProxies,
    private readonly hosts?: readonly HostEntry[],
  ) {
    this.audit = new AuditedUses(world, { what: 'browser', ...auditedRun(plan) });
  }

  /** Where its socket is. */
  get address(): string | undefined {
    return this.server?.address;
  }

  async open(): Promise<void> {
    const { inside, sock } = runPaths({ directory: this.writable, runId: this.plan.run.id });
    this.writePrograms(path.join(inside, path.relative(runDirectory, browserPrograms)));
    const socket = path.join(sock, browserSocketName);
    this.server = await serveLinks({
      socket,
      answer: async (text) => {
        const outcome = await this.decide(text);
        return this.note(outcome);
      },
    });
    giveSocket(socket, this.plan.state.owner);
  }

  /** After the session: the screen was the assistant's meanwhile. */
  tell(): void {
    if (this.isAtTerminal)
      for (const text of wordsOfLinks(this.outcomes, this.nameless + this.audit.untold))
        this.world.emit({ type: 'note', text });
    for (const text of this.audit.troubles) this.world.emit({ type: 'debug', text });
  }

  async close(): Promise<void> {
    await this.server?.close();
    this.audit.close();
  }

  private get isAtTerminal(): boolean {
    return this.plan.terminal.tty;
  }

  /** For whoever runs inside, whatever the umask. */
  private writePrograms(directory: string): void {
    mkdirSync(directory);
    chmodSync(directory, 0o755);
    const text = readFileSync(path.join(this.world.templates, 'inside', 'xdg-open'), 'utf8');
    writeRunFile(path.join(directory, 'xdg-open'), text, 0o755);
    for (const name of otherNames) symlinkSync('xdg-open', path.join(directory, name));
  }

  private async decide(text: string | undefined): Promise<LinkOutcome> {
    const { hosts, proxies, world } = this;
    const { opener, reason } = this.plan.browser;
    const { publish } = this.plan.network;
    const { link, denied } = judgeLink(text ?? '', { publish, ...(hosts && { hosts }) });
    if (link === undefined) return { kind: 'refused', denied };
    if (denied === 'own' || denied === 'callback') return { kind: 'refused', link, denied };
    // Who opens it by hand sees where it leads.
    if (opener === undefined) return { kind: 'shown', link, why: reason };
    if (denied !== undefined) return { kind: 'refused', link, denied };
    const turn = this.budget.take(link.url, performance.now());
    if (turn === 'again') return { kind: 'opened', link };
    if (turn !== 'open') return { kind: 'refused', link, denied: turn };
    const { host, port } = link;
    const astray = host === undefined ? undefined : await judgeAddress({ host, port }, { proxies });
    if (astray !== undefined) return { kind: 'refused', link, denied: astray };
    const why = await openPage(opener, link.url, world);
    return why === undefined ? { kind: 'opened', link } : { kind: 'shown', link, why };
  }

  /** @returns what is said to the program: `opened`, `said` where the user has been told, or `no` and why */
  private note(outcome: LinkOutcome): string {
    const { kind, link } = outcome;
    const reason = kind === 'refused' ? outcome.denied : kind === 'shown' ? outcome.why : undefined;
    const isTold = this.audit.note(
      kind === 'opened' ? 'allowed' : kind === 'shown' ? 'failed' : 'refused',
      {
        ...(link && { origin: link.origin }),
        opened: kind === 'opened',
        ...(reason !== undefined && { reason }),
      },
      `${link?.url ?? ''} ${kind} ${reason ?? ''}`,
    );
    if (link === undefined) this.nameless += 1;
    else if (isTold) this.outcomes.push(outcome);
    if (kind === 'opened') return 'opened';
    const text = wordsOfLink(outcome);
    if (!this.isAtTerminal && text !== undefined && this.outcomes.length <= mostSaid) {
      if (isTold) this.world.emit({ type: 'note', text });
      return 'said';
    }
    return `no ${kind === 'shown' ? outcome.why : whyRefused(outcome.denied, link)}`;
  }
}

/** At once, where the screen is nobody's: a run could fill it. The others are in the audit. */
const mostSaid = 20;
