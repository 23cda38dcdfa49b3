// Whether a run's programs may open pages in the user's browser, and if not, why: they are said then. Pure.

import { browserPrograms } from './inside.ts';
import type { Facts } from './facts.ts';
import type { BrowserPlan, RunPlan, Variable } from './run-plan.ts';

type BrowserFacts = Pick<Facts, 'request' | 'settings' | 'host' | 'engine'>;

/** Undefined where programs inside are to find no browser. */
export function planBrowser(
  facts: BrowserFacts,
  { tty }: Pick<RunPlan['terminal'], 'tty'>,
): BrowserPlan | undefined {
  const { request, settings, host, engine } = facts;
  // Its page is opened as soon as it is printed (src/launch/open-url.ts).
  if (settings.browser === 'off' || request.kind === 'login') return undefined;
  // It would cost every headless run a program inside, and what that says would be said there as well.
  if (!engine.sharesSockets && !tty) return undefined;
  const why = whyNot(facts, tty);
  const { desktop } = host;
  if (why !== undefined || desktop === undefined || desktop === 'ssh')
    return { reason: why ?? 'this machine has no desktop' };
  return { opener: desktop, reason: 'setting browser: open' };
}

function whyNot({ request, settings, host }: BrowserFacts, tty: boolean): string | undefined {
  if (settings.browser === 'print') return 'browser: print';
  if (settings.network === 'none') return 'network: none';
  if (!tty || (request.kind === 'assistant' && request.prompt?.headless === true))
    return 'nobody is at a terminal';
  return host.desktop === 'ssh' ? 'you are here by ssh' : undefined;
}

/** For programs that ask for it, and for those that run what it names; PATH is extended by templates/inside/start. */
export const browserVariables = (isThere: boolean): readonly Variable[] =>
  isThere
    ? [
        {
          name: 'BROWSER',
          value: `${browserPrograms}/xdg-open`,
          secret: false,
          reason: 'pages open on your machine, or are said',
        },
      ]
    : [];
