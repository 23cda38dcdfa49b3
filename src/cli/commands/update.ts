// ai update: asks npm's registry for newer versions of assistants, and takes them where they do.

import type { CommandCall, CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { exactName } from '../../base/image-name.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { askNewest, type Judged } from '../../launch/updates/ask-newest.ts';
import { lookDaily } from '../../launch/updates/daily.ts';
import { pullReady, type Pulled } from '../../launch/updates/pull-ready.ts';
import { targetsOf, type Target } from '../../launch/updates/targets.ts';
import { updateBase, type MovedBase } from '../../launch/updates/update-base.ts';
import { updateAll, type Updated } from '../../launch/updates/update-all.ts';
import { settle } from '../../launch/settle.ts';
import { Interruption } from '../../session/interruption.ts';
import type { Settings } from '../../settings/schema.ts';
import { CollectedErrors } from '../collected-errors.ts';
import { reportError } from '../report-error.ts';
import { formatTable } from '../table.ts';
import { judgedAsData, updateAnswer } from '../update-answer.ts';
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
    const interrupt = interruption.abortSignal;
    const errors = new CollectedErrors(interrupt);
    errors.add(...failures);
    return await act(call, { settings, targets, judged, errors, interrupt });
  } finally {
    interruption.stop();
  }
};

async function show(call: CommandCall, judged: readonly Judged[]): Promise<void> {
  const { world, options } = call;
  if (options.plain.json) {
    print(call, judged.map(judgedAsData));
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
  errors: CollectedErrors;
  interrupt: AbortSignal;
}

async function act(
  call: CommandCall,
  { settings, targets, judged, errors, interrupt }: Work,
): Promise<number> {
  const { world, options } = call;
  for (const one of judged) if (one.verdict.what !== 'newer') say(call, lineOf(one));
  for (const target of targets)
    if (target.kind === 'own')
      say(
        call,
        `${target.assistant.name} has no package of npm’s and no image: it is yours to update`,
      );
  const packages = targets.filter((target) => target.kind === 'package');
  const updated = await errors.attempt(() => updateAll(world, settings, judged, interrupt), []);
  const base = await errors.attempt(
    () => updateBase(world, settings, packages, interrupt),
    undefined,
  );
  const pulled = await errors.attempt(() => pullReady(world, settings, targets, interrupt), []);
  for (const one of updated)
    if ('error' in one) errors.add(one.error);
    else {
      say(call, wordsOfUpdate(one));
      if (one.trouble) errors.add(one.trouble);
    }
  if (base) for (const line of wordsOfBase(base)) say(call, line);
  for (const one of pulled)
    if ('error' in one) errors.add(one.error);
    else say(call, wordsOfPull(one));
  if (options.plain.json)
    print(call, updateAnswer({ judged, updated, base, pulled, errors: errors.inOrder }));
  return conclude(call, errors.inOrder);
}

/** @throws AiError the last of them, after the others have been shown */
function conclude({ world, options }: CommandCall, errors: readonly AiError[]): number {
  const last = errors.at(-1);
  for (const error of errors.slice(0, -1))
    reportError(error, options.plain.debug === true, world.redactor.cover);
  if (last) throw last;
  return exitCodes.ok;
}

const wordsOfUpdate = ({ target, overtaken }: Exclude<Updated, { error: AiError }>): string =>
  overtaken ? overtakenOf(target, overtaken) : resultOf(target);

/** Nothing else knows the base of before, once this is said. */
const wordsOfBase = ({ name, from }: MovedBase): readonly string[] => [
  `a newer base: ${name}; images that no update has made yet are made on it by their next start`,
  `ai config set image.base ${exactName(name, from)}  goes back to the one of before`,
];

const wordsOfPull = ({ image, assistant, changed }: Exclude<Pulled, { error: AiError }>): string =>
  changed
    ? `${assistant}: ${image} was pulled, and is another one from the next start on`
    : `${assistant}: ${image} is still the same`;
