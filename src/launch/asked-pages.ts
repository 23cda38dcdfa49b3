// Pages that a session asks for: which are opened in the user's browser, what the audit has of each, and what the user is told.

import type { HostEntry } from '../base/host-name.ts';
import { auditedRun } from '../plan/audit-lines.ts';
import type { BrowserPlan, RunPlan } from '../plan/run-plan.ts';
import type { ProxyValues } from '../base/proxies.ts';
import { judgeAddress } from '../tunnel/link-address.ts';
import { judgeLink, LinkBudget, type Link } from '../tunnel/link-policy.ts';
import { AuditedUses } from './audited-uses.ts';
import { whyRefused, wordsOfLink, wordsOfLinks, type LinkOutcome } from './link-words.ts';
import { openPage } from './open-page.ts';
import type { World } from './world.ts';

export interface PagesInput {
  world: World;
  plan: RunPlan & { browser: BrowserPlan };
  proxies: ProxyValues;
  /** Where the run may reach these only. */
  hosts?: readonly HostEntry[] | undefined;
}

/** Said at once, where the screen is nobody's: a run could fill it. The others are in the audit. */
const mostSaid = 20;

export class AskedPages {
  /** Each once, in the order of their first time. */
  private readonly outcomes: LinkOutcome[] = [];
  /** How often it was asked for what is no page at all. */
  private nameless = 0;
  private readonly budget = new LinkBudget();
  private readonly audit: AuditedUses;
  /** Of the page that was opened last, or tried: who asks for it again at once gets the same answer. */
  private latest: Promise<LinkOutcome> | undefined;

  constructor(private readonly input: PagesInput) {
    const { world, plan } = input;
    this.audit = new AuditedUses(world, { what: 'browser', ...auditedRun(plan) });
  }

  /** @returns what is said to the program: `opened`, `said` where the user has been told, or `no` and why */
  async answer(text: string | undefined): Promise<string> {
    return this.note(await this.decide(text ?? ''));
  }

  tell(): void {
    const { emit } = this.input.world;
    if (this.isAtTerminal)
      for (const text of wordsOfLinks(this.outcomes, this.nameless + this.audit.untold))
        emit({ type: 'note', text });
    for (const text of this.audit.troubles) emit({ type: 'debug', text });
  }

  close(): void {
    this.audit.close();
  }

  private get isAtTerminal(): boolean {
    return this.input.plan.terminal.tty;
  }

  private async decide(text: string): Promise<LinkOutcome> {
    const { hosts, plan } = this.input;
    const { opener, reason } = plan.browser;
    const { mode, publish } = plan.network;
    const { link, denied } = judgeLink(text, {
      // With these none can be published.
      publish: mode === 'none' || mode === 'host' ? undefined : publish,
      ...(hosts && { hosts }),
    });
    if (link === undefined) return { kind: 'refused', denied };
    if (denied === 'own' || denied === 'callback') return { kind: 'refused', link, denied };
    // Who opens it by hand sees where it leads.
    if (opener === undefined) return { kind: 'shown', link, why: reason };
    if (denied !== undefined) return { kind: 'refused', link, denied };
    const turn = this.budget.take(link.url, performance.now());
    if (turn === 'often' || turn === 'many') return { kind: 'refused', link, denied: turn };
    if (turn === 'open' || this.latest === undefined) this.latest = this.show(link, opener);
    return this.latest;
  }

  private async show(link: Link, opener: string): Promise<LinkOutcome> {
    const { proxies, world } = this.input;
    const { host, port } = link;
    const astray = host === undefined ? undefined : await judgeAddress({ host, port }, { proxies });
    if (astray !== undefined) return { kind: 'refused', link, denied: astray };
    const why = await openPage(opener, link.url, world);
    return why === undefined ? { kind: 'opened', link } : { kind: 'shown', link, why };
  }

  private note(outcome: LinkOutcome): string {
    const { kind, link } = outcome;
    const isTold = this.isNew(outcome);
    if (link === undefined) this.nameless += 1;
    else if (isTold) this.outcomes.push(outcome);
    if (kind === 'opened') return 'opened';
    const text = wordsOfLink(outcome);
    if (!this.isAtTerminal && text !== undefined && this.outcomes.length <= mostSaid) {
      if (isTold) this.input.world.emit({ type: 'note', text });
      return 'said';
    }
    return `no ${kind === 'shown' ? outcome.why : whyRefused(outcome.denied, link)}`;
  }

  /** Of the address only where it leads: the rest may be a secret. */
  private isNew(outcome: LinkOutcome): boolean {
    const { kind, link } = outcome;
    const reason = kind === 'refused' ? outcome.denied : kind === 'shown' ? outcome.why : undefined;
    return this.audit.note(
      kind === 'opened' ? 'allowed' : kind === 'shown' ? 'failed' : 'refused',
      {
        ...(link && { origin: link.origin }),
        opened: kind === 'opened',
        ...(reason !== undefined && { reason }),
      },
      `${link?.url ?? ''} ${kind} ${reason ?? ''}`,
    );
  }
}
