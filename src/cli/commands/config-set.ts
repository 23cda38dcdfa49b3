// ai config set and ai config unset: one setting from now on, for the user or for the project.

import type { CommandCall, CommandHandler } from '../commands.ts';
import type { JsonValue } from '../../base/json.ts';
import { quoteForShell, showAsJson } from '../../base/quote.ts';
import {
  changeSetting,
  titleOf,
  type Changed,
  type OtherPlace,
} from '../../launch/change-setting.ts';
import { soundsSecret } from '../../base/secret-patterns.ts';
import { dataFromWords } from '../../settings/from-words.ts';
import type { SettingPlace } from '../../settings/place.ts';
import { schema } from '../../settings/schema.ts';
import { writtenText } from '../../settings/written.ts';
import { coverByName, coveredText } from '../cover-secrets.ts';
import type { Where } from '../../launch/world.ts';
import { misuse, settingNamed } from './config.ts';

export const set: CommandHandler = async (call) => {
  const [name = '', ...words] = call.words;
  const place = settingNamed(name);
  const title = titleOf(place);
  const value = await dataFromWords(place.type, words);
  if (value === undefined)
    throw words.length === 0
      ? misuse(`ai config set ${title} needs a value`, `ai config unset ${title}  takes it out`)
      : misuse(
          `${title} takes one value, but got ${words.length}`,
          `ai config set ${title} ${quoteForShell(words.join(' '))}`,
        );
  const changed = await changeSetting(call.world, { ...whereTo(call), place, value });
  const { file, others } = changed;
  const overriddenBy = others.at(-1)?.place ?? null;
  if (call.options.plain.json)
    print(call, {
      key: title,
      value: coverByName(value, place.inside.at(-1)),
      file,
      changed: changed.changed,
      overriddenBy,
    });
  else say(call, `${title}: ${coveredText(value, place.inside.at(-1))}  in ${file}`);
  sayWhatWins(call, changed, title);
  sayWhatIsNotTrusted(call, changed);
  sayWhereSecretsGo(call, place, value);
  return 0;
};

export const unset: CommandHandler = async (call) => {
  const place = settingNamed(call.words[0] ?? '');
  const title = titleOf(place);
  const change = { ...whereTo(call), place, value: undefined };
  const done = await changeSetting(call.world, change);
  const { file, changed, others } = done;
  const stillFrom = others.at(-1)?.place ?? null;
  if (call.options.plain.json) {
    print(call, { key: title, file, changed, stillFrom });
    return 0;
  }
  say(call, changed ? `${title} is no longer set in ${file}` : `${title} is not set in ${file}`);
  if (stillFrom !== null) say(call, `it still comes from ${stillFrom}`);
  else if (changed) say(call, defaultOf(place));
  sayWhatIsNotTrusted(call, done);
  return 0;
};

/** Says what makes a change of no effect. */
export function sayWhatWins(
  { world }: Pick<CommandCall, 'world'>,
  { others }: Changed,
  title: string,
): void {
  for (const other of others) world.emit({ type: 'warning', text: winText(other, title) });
}

/** A project's file that is changed, by its user too, is not the one that was trusted. */
function sayWhatIsNotTrusted({ world }: CommandCall, { file, state }: Changed): void {
  const trust = `what reaches this machine in ${file} counts once you trust it: ai trust`;
  const text =
    state === 'unasked' || state === 'refused'
      ? trust
      : state === 'invalid'
        ? `nothing of ${file} counts, something in it is wrong: ai config validate`
        : undefined;
  if (text !== undefined) world.emit({ type: 'warning', text });
}

function sayWhereSecretsGo({ world }: CommandCall, place: SettingPlace, value: JsonValue): void {
  const name = place.inside.at(-1);
  if (place.key !== 'env' || name === undefined || !soundsSecret(name) || value === null) return;
  const text = `your shell’s history has it now: ai secrets set ${name}  takes it from stdin`;
  world.emit({ type: 'note', text });
}

function winText({ kind, place, text }: OtherPlace, title: string): string {
  if (kind !== 'variable')
    return `${place} overrides it in this project: ai config unset --project ${title}`;
  // A variable that holds a map may hold secrets.
  const value = title.startsWith('env.') ? '' : `=${text ?? ''}`;
  return `${place}${value} overrides it where it is set: unset ${place}`;
}

function defaultOf({ key, inside }: SettingPlace): string {
  const standard = inside.length > 0 ? '' : writtenText(key, schema[key].default);
  return standard === '' ? 'nothing else sets it' : `it is ${standard} now, the default`;
}

const whereTo = (call: CommandCall): { isProject: boolean; where: Where } => ({
  isProject: call.options.extra['project'] === true,
  where: call.options.plain,
});

const print = ({ world }: CommandCall, answer: object): void => {
  world.streams.stdout.write(`${showAsJson(answer)}\n`);
};

const say = ({ world }: CommandCall, text: string): void => {
  world.emit({ type: 'note', text });
};
