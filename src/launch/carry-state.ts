// Logins and settings on their way into a run and out of it, and what the user is told of that.

import { assistantOfRun } from '../assistants/registry.ts';
import { messageOf } from '../base/errors.ts';
import { formatDuration } from '../base/units.ts';
import type { Engine } from '../engines/engine.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { releaseLocks } from '../state/exchange-locks.ts';
import { earliestEnd, readValidity } from '../state/login-validity.ts';
import { startLiveSync, type LiveSync } from '../state/live-sync.ts';
import type { Outcome } from '../state/reconcile.ts';
import { runStateOf, type RunState } from '../state/run-state.ts';
import { seedsOf } from '../state/stage.ts';
import { syncIn } from '../state/sync-in.ts';
import { syncOut } from '../state/sync-out.ts';
import type { Change } from '../state/take-file.ts';
import { LoginRenewal } from './renew-login.ts';
import type { World } from './world.ts';

export interface StateServices {
  /** Before the start. @throws AiError AI_STATE_UNWRITABLE */
  handOut: () => Promise<void>;
  /** While the session runs. */
  watch: () => void;
  /** Settles when nothing is watched any more. */
  stop: () => Promise<void>;
  /** After the end. @throws AiError AI_STATE_UNSAVED */
  save: () => Promise<void>;
}

export function carryState(
  world: World,
  plan: RunPlan,
  { writable, engine }: { writable: string; engine: Engine },
): StateServices {
  const run = runStateOf(plan, world.stateDirectory, writable);
  if (run === undefined) return nothing;
  const finishOthers = async (): Promise<void> => {
    const { finishLeftRenewals } = await import('./finish-left-runs.ts');
    const { stateDirectory } = world;
    const owner = plan.labels['ai.owner'] ?? '';
    await finishLeftRenewals({ stateDirectory, owner, ownRun: plan.run.id }, engine);
  };
  return new CarriedState(
    world,
    plan,
    run,
    (debug) => new LoginRenewal(engine, plan, run, writable, finishOthers, debug),
  );
}

const nothing: StateServices = {
  handOut: () => Promise.resolve(),
  watch: () => undefined,
  stop: () => Promise.resolve(),
  save: () => Promise.resolve(),
};

class CarriedState implements StateServices {
  private live: LiveSync | undefined;
  /** Of the session, to be said after it: the screen is the assistant's meanwhile. */
  private readonly outcomes: Outcome[] = [];
  private readonly troubles = new Set<string>();
  private readonly renewal: LoginRenewal;

  constructor(
    private readonly world: World,
    private readonly plan: RunPlan,
    private readonly run: RunState,
    renewalOf: (debug: (text: string) => void) => LoginRenewal,
  ) {
    this.renewal = renewalOf((text) => this.troubles.add(text));
  }

  handOut = async (): Promise<void> => {
    const { state, plan } = this.run;
    await this.renewal.renewIfDue();
    const { outcomes, refused } = await syncIn(this.run, {
      seeds: seedsOf(this.plan),
      links: state.links ?? {},
      now: Date.now(),
    });
    this.tell(outcomes);
    if (plan.lend && !plan.renews && !plan.signIn) this.tellValidity();
    for (const { name, why } of refused) this.warn(`${name} in ${plan.truth} is left out: ${why}`);
  };

  watch = (): void => {
    if (this.run.plan.signIn) return;
    this.renewal.start();
    this.live = startLiveSync(this.run, {
      tell: (outcome) => this.outcomes.push(outcome),
      debug: (text) => this.troubles.add(text),
    });
  };

  stop = async (): Promise<void> => {
    await this.renewal.stop();
    await this.live?.stop();
    this.live = undefined;
  };

  save = async (): Promise<void> => {
    await this.stop();
    for (const text of this.troubles) this.world.emit({ type: 'debug', text });
    const input = { runId: this.plan.run.id, now: Date.now() };
    const { outcomes } = await syncOut(this.run, input);
    this.tell([...this.outcomes, ...outcomes]);
    try {
      releaseLocks(this.run);
    } catch (error) {
      this.world.emit({ type: 'debug', text: `locks of the login: ${messageOf(error)}` });
    }
  };

  /** Of a login on loan: nothing renews it. */
  private tellValidity(): void {
    const { plan, state } = this.run;
    const end = earliestEnd(readValidity(plan.truth, state));
    if (end === undefined) return;
    const left = (end - Date.now()) / 1000;
    const { title } = this.words;
    if (left > 0)
      this.world.emit({
        type: 'note',
        text: `the login of ${title} is on loan: good for ${formatDuration(left)} more`,
      });
    else this.warn(`the login of ${title} on loan has expired: a run without --lend renews it`);
  }

  private get words(): { assistant: string; title: string } {
    const { run } = this.plan;
    const { assistant } = run;
    return { assistant, title: assistantOfRun(run)?.title ?? assistant };
  }

  private tell(outcomes: readonly (Outcome | Change)[]): void {
    const { assistant, title } = this.words;
    for (const text of new Set(outcomes.flatMap((outcome) => wordsFor(outcome, assistant, title))))
      this.warn(text);
  }

  private warn(text: string): void {
    this.world.emit({ type: 'warning', text });
  }
}

/** What the user should know; nothing of what went as it should. */
function wordsFor(outcome: Outcome | Change, assistant: string, title: string): readonly string[] {
  switch (outcome.kind) {
    case 'saved':
    case 'removed':
      return [];
    case 'blanked':
      return [
        `the login of ${title} was dropped inside, and is kept: ai auth logout ${assistant}  ends it`,
      ];
    case 'emptied':
      return [`${outcome.name} was emptied or broken inside, and stays as it was`];
    case 'refused':
      return [`${outcome.name} was not taken from the session: ${outcome.why}`];
    case 'damaged':
      return [
        `${outcome.name} of ${title} could not be read and is put aside: ${outcome.aside}; ai auth restore ${assistant}  brings back an earlier version`,
      ];
    case 'both':
      return [
        `${outcome.name} of ${title} was changed here and elsewhere: the version of this session is ${outcome.beside}`,
      ];
  }
}
