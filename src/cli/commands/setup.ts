// ai setup: brings this machine to a running engine, or says how, and the user's shell to functions and completion.

import type { CommandHandler } from '../commands.ts';
import { isAiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { showAsJson } from '../../base/quote.ts';
import {
  carryOut,
  commandsOf,
  foresee,
  type Prospect,
  type SetUpEnd,
} from '../../launch/set-up.ts';
import { settle } from '../../launch/settle.ts';
import type { World } from '../../launch/world.ts';
import type { Work } from '../../setup/work.ts';
import { shellPart, undo, type ShellPart } from './setup-shell.ts';

export const setup: CommandHandler = async (call) => {
  const { world, options } = call;
  if (options.extra['undo'] === true) return undo(call);
  const shell = shellPart(call);
  const { settings } = await settle(world, options.settings, options.plain);
  const dryRun = options.plain.dryRun === true;
  try {
    const prospect = await foresee(world, settings);
    const json = options.plain.json === true;
    if (prospect.kind === 'running') {
      const { endpoint, make, version } = prospect;
      const rest = shell.isOpen ? '' : ': nothing to do';
      if (!json) say(world, `${make} ${version} is running at ${endpoint}${rest}`);
      const answer = dryRun ? shell.preview() : await shell.offer();
      if (json) print(world, { ...answerOf({ endpoint, version }), shell: answer });
      return exitCodes.ok;
    }
    if (dryRun && prospect.decision.kind === 'work')
      return preview(world, prospect, { work: prospect.decision.work, shell, json });
    return await report(world, await carryOut(world, prospect), { shell, json });
  } catch (error) {
    // The error stays the last word: what helps against it stands there.
    if (!dryRun && goesWithout(error)) await shell.offer();
    throw error;
  }
};

/** No engine is to be had here by us, and nothing was begun: what the shell gets does not depend on it. */
const goesWithout = (error: unknown): boolean =>
  (['AI_SETUP_ROOT', 'AI_SETUP_UNSUPPORTED', 'AI_SETUP_NAMED'] as const).some((code) =>
    isAiError(error, code),
  );

/** The commands on stdout, so that they can be kept or piped; why, on stderr. */
function preview(
  world: World,
  { facts }: Extract<Prospect, { kind: 'decided' }>,
  { work, shell, json }: { work: Work; shell: ShellPart; json: boolean },
): number {
  const { missing, steps } = work;
  const commands = commandsOf(work, facts);
  if (json)
    print(world, {
      missing,
      steps: steps.map(({ title }, index) => ({ title, command: commands[index] })),
      shell: shell.preview(),
    });
  else {
    if (commands.length === 0) say(world, `${missing}; ai setup would wait for it`);
    else {
      say(world, `${missing}; ai setup would run:`);
      world.streams.stdout.write(commands.map((command) => `${command}\n`).join(''));
    }
    shell.preview();
  }
  return exitCodes.ok;
}

async function report(
  world: World,
  end: SetUpEnd,
  { shell, json }: { shell: ShellPart; json: boolean },
): Promise<number> {
  if (end.kind === 'declined') {
    say(world, 'nothing was done');
    return exitCodes.failed;
  }
  if (!json) sayWhatWasDone(world, end);
  const answer = await shell.offer();
  if (json) print(world, { ...answerOf(end), shell: answer });
  return exitCodes.ok;
}

function sayWhatWasDone(world: World, end: Exclude<SetUpEnd, { kind: 'declined' }>): void {
  const { work } = end;
  const daemon = work?.steps.find((step) => step.kind === 'daemon');
  if (work !== undefined && work.installs.length > 0)
    say(world, `installed ${work.installs.join(', ')}`);
  if (daemon !== undefined)
    say(
      world,
      `no init system runs here: after a restart, ai setup starts it again (log: ${daemon.log})`,
    );
  if (end.kind === 'login')
    say(
      world,
      `${end.user} is in the group ${end.group}, which counts from the next login on; in this shell: newgrp ${end.group}`,
    );
  else if (work?.joins !== undefined)
    say(world, `${work.joins.user} is in the group ${work.joins.group}, from the next login on`);
}

/** Always the same keys. The version is not known where this session may not ask for it. */
const answerOf = ({
  endpoint,
  version,
  work,
  group,
}: {
  endpoint: string;
  version?: string;
  work?: Work;
  group?: string;
}): object => ({
  endpoint,
  version: version ?? null,
  did: work?.steps.map(({ title }) => title) ?? [],
  newLogin: group !== undefined,
});

const say = (world: World, text: string): void => {
  world.emit({ type: 'note', text });
};

const print = (world: World, answer: object): void => {
  world.streams.stdout.write(`${showAsJson(answer, 2)}\n`);
};
