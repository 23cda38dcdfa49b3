// ai setup: brings this machine to a running engine, or says how.

import type { CommandHandler } from '../commands.ts';
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

export const setup: CommandHandler = async ({ world, options }) => {
  const { settings } = await settle(world, options.settings, options.plain);
  const prospect = await foresee(world, settings);
  const json = options.plain.json === true;
  if (prospect.kind === 'running') {
    const { endpoint, make, version } = prospect;
    if (json) print(world, answerOf({ endpoint, version }));
    else say(world, `${make} ${version} is running at ${endpoint}: nothing to do`);
    return exitCodes.ok;
  }
  if (options.plain.dryRun && prospect.decision.kind === 'work')
    return preview(world, prospect, prospect.decision.work, json);
  const end = await carryOut(world, prospect);
  return report(world, end, json);
};

/** The commands on stdout, so that they can be kept or piped; why, on stderr. */
function preview(
  world: World,
  { facts }: Extract<Prospect, { kind: 'decided' }>,
  work: Work,
  json: boolean,
): number {
  const { missing, steps } = work;
  const commands = commandsOf(work, facts);
  if (json)
    print(world, {
      missing,
      steps: steps.map(({ title }, index) => ({ title, command: commands[index] })),
    });
  else if (commands.length === 0) say(world, `${missing}; ai setup would wait for it`);
  else {
    say(world, `${missing}; ai setup would run:`);
    world.streams.stdout.write(commands.map((command) => `${command}\n`).join(''));
  }
  return exitCodes.ok;
}

function report(world: World, end: SetUpEnd, json: boolean): number {
  if (end.kind === 'declined') {
    say(world, 'nothing was done');
    return exitCodes.failed;
  }
  const { work } = end;
  if (json) {
    print(world, answerOf(end));
    return exitCodes.ok;
  }
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
  return exitCodes.ok;
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
