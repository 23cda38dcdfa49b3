// ai update: asks npm's registry for newer versions of assistants, and takes them where they do.

import type { CommandCall, CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { askNewest, type Judged } from '../../launch/updates/ask-newest.ts';
import { lookDaily } from '../../launch/updates/daily.ts';
import { pullReady, type Pulled } from '../../launch/updates/pull-ready.ts';
import { targetsOf, type Target } from '../../launch/updates/targets.ts';
import { updateBase } from '../../launch/updates/update-base.ts';
import { updateAll, type Updated } from '../../launch/updates/update-all.ts';
import { settle } from '../../launch/settle.ts';
import { Interruption } from '../../session/interruption.ts';
import type { Settings } from '../../settings/schema.ts';
import { reportError } from '../report-error.ts';
import { formatTable } from '../table.ts';
import { lineOf, overtakenOf, resultOf, stateOf } from '../version-words.ts';
import { print, say } from './answer.ts';

export const update: CommandHandler = async (given) => {
  const { options, words } = given;
  const { extra } = options;
  const { settings, world } = await settle(given.world, options.settings, options.plain);
  const call = { ...given, world };
  if (extra['daily'] === true) {
    await lookDaily(world, settings);
    return exitCodes.ok;
  }
  if (extra['all'] === true && words.length > 0)
    throw new AiError('AI_USAGE', {
      problem: 'ai update takes names of assistants, or --all',
      next: 'ai update --all',
    });
  const which = extra['all'] === true ? 'all' : words.length > 0 ? words : 'here';
  const targets = targetsOf(world, settings, which);
  const interruption = new Interruption();
  try {
    const packages = targets.filter((target) => target.kind === 'package');
    const { judged, failures } = await askNewest(world, packages, interruption.abortSignal);
    // Where there is nobody to ask, one of them says it for all.
    if (judged.length === 0 && failures[0]) throw failures[0];
    if (extra['check'] === true) {
      await show(call, judged);
      return conclude(call, failures);
    }
    return await act(call, {
      ...{ settings, targets, judged, errors: [...failures] },
      interrupt: interruption.abortSignal,
    });
  } finally {
    interruption.stop();
  }
};

async function show(call: CommandCall, judged: readonly Judged[]): Promise<void> {
  const { world, options } = call;
  if (options.plain.json) {
    print(call, judged.map(asData));
    return;
  }
  const { stdout } = world.streams;
  const rows = judged.map((one) => [
    one.program.name,
    one.verdict.here,
    one.verdict.newest,
    stateOf(one),
  ]);
  stdout.write(await formatTable(['ASSISTANT', 'HERE', 'NEWEST', 'UPDATE'], rows, stdout));
}

interface Work {
  settings: Settings;
  targets: readonly Target[];
  judged: readonly Judged[];
  /** What has gone wrong so far. */
  errors: readonly AiError[];
  interrupt: AbortSignal;
}

async function act(
  call: CommandCall,
  { settings, targets, judged, errors: before, interrupt }: Work,
): Promise<number> {
  const { world, options } = call;
  for (const one of judged) if (one.verdict.what !== 'newer') say(call, lineOf(one));
  for (const target of targets)
    if (target.kind === 'own')
      say(
        call,
        `${target.assistant.name} has no package of npm’s and no image: it is yours to update`,
      );
  const updated = await updateAll(world, settings, judged, interrupt);
  const packages = targets.filter((target) => target.kind === 'package');
  if (await updateBase(world, settings, packages, interrupt))
    say(
      call,
      `a newer base: ${settings['image.base']}; images of others are made on it by their next start`,
    );
  const pulled = await pullReady(world, settings, targets, interrupt);
  const errors = [
    ...before,
    ...updated.flatMap((one) => ('trouble' in one ? [one.trouble] : [])),
    ...[...updated, ...pulled].flatMap((one) => ('error' in one ? [one.error] : [])),
  ];
  for (const one of updated) if (!('error' in one)) say(call, wordsOfUpdate(one));
  for (const one of pulled) if (!('error' in one)) say(call, wordsOfPull(one));
  if (options.plain.json)
    print(call, {
      assistants: judged.map((one) => ({ ...asData(one), updated: isUpdated(one, updated) })),
      images: pulled.map((one) => ({
        ...{ assistant: one.assistant, image: one.image },
        changed: 'changed' in one && one.changed,
      })),
    });
  return conclude(call, errors);
}

/** @throws AiError the last of them, after the others have been shown */
function conclude({ world, options }: CommandCall, errors: readonly AiError[]): number {
  const last = errors.at(-1);
  for (const error of errors.slice(0, -1))
    reportError(error, options.plain.debug === true, world.redactor.cover);
  if (last) throw last;
  return exitCodes.ok;
}

const asData = ({ names, program, verdict }: Judged): object => ({
  ...{ package: program.npm, assistants: names },
  ...{ here: verdict.here, newest: verdict.newest, state: verdict.what },
});

const wordsOfUpdate = ({ target, overtaken }: Exclude<Updated, { error: AiError }>): string =>
  overtaken ? overtakenOf(target, overtaken) : resultOf(target);

const isUpdated = ({ program }: Judged, updated: readonly Updated[]): boolean =>
  updated.some(
    (one) => one.target.program === program && !('error' in one) && one.overtaken === undefined,
  );

const wordsOfPull = ({ image, assistant, changed }: Exclude<Pulled, { error: AiError }>): string =>
  changed
    ? `${assistant}: ${image} was pulled, and is another one from the next start on`
    : `${assistant}: ${image} is still the same`;
