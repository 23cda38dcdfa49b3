// ai assistants: every assistant with its version, its image and its logins here. Works without an engine, too.

import type { WriteStream } from 'node:tty';
import type { CommandHandler } from '../commands.ts';
import type { Assistant } from '../../assistants/assistant.ts';
import { AiError } from '../../base/errors.ts';
import { formatSize } from '../../base/units.ts';
import { showAsJson } from '../../base/quote.ts';
import { migrateOnce } from '../../launch/migrate-once.ts';
import {
  readImageStates,
  unknownImages,
  wantedImages,
  type ImageState,
  type WantedImages,
} from '../../launch/image-states.ts';
import { withEngine } from '../../launch/reach-engine.ts';
import { settle } from '../../launch/settle.ts';
import type { World } from '../../launch/world.ts';
import { readLoginStates, type FoundLogin, type LoginStates } from '../../read/login-states.ts';
import type { Settings } from '../../settings/schema.ts';
import { isPlain } from '../plain.ts';
import { formatTable } from '../table.ts';
import { wordsOf } from '../words.ts';

interface Row {
  assistant: Assistant;
  isDefault: boolean;
  image: ImageState;
  logins: LoginStates;
}

export const assistants: CommandHandler = async ({ world, options }) => {
  await migrateOnce(world);
  const { settings, project } = await settle(world, options.settings, options.plain);
  const wanted = await wantedImages(world, settings, project);
  const { images, problem } = await imagesOf(world, settings, wanted);
  const places = { ...world, settings };
  const rows = images.map(({ assistant, image }): Row => ({
    assistant,
    isDefault: assistant.name === settings.assistant,
    image,
    logins: readLoginStates(places, assistant),
  }));
  const hasDefault = rows.some(({ isDefault }) => isDefault);
  const { stdout } = world.streams;
  const now = Date.now();
  if (options.plain.json) {
    const document = {
      default: hasDefault ? settings.assistant : null,
      engine: { reached: problem === undefined, problem: problem?.code ?? null },
      assistants: rows.map((row) => asData(row, now)),
    };
    stdout.write(`${showAsJson(document, 2)}\n`);
    return 0;
  }
  const head = ['ASSISTANT', 'VERSION', 'IMAGE', 'LOGIN'];
  const width = isPlain(stdout) ? undefined : (stdout as Partial<WriteStream>).columns;
  const cells = rows.map((row) => asCells(row, now));
  stdout.write(await formatTable(head, fitted(cells, width), stdout));
  if (problem) world.emit({ type: 'warning', text: `images not known: ${wordsOf(problem).what}` });
  if (!hasDefault)
    world.emit({
      type: 'warning',
      text: `the default, “${settings.assistant}”, is not an assistant`,
    });
  return 0;
};

/** What stands in the way of the engine is a fact to tell here, not a failure. */
async function imagesOf(
  world: World,
  settings: Settings,
  wanted: WantedImages,
): Promise<{ images: ReturnType<typeof unknownImages>; problem?: AiError }> {
  try {
    const images = await withEngine(world, settings, ({ docker }) =>
      readImageStates(world, settings, docker, wanted),
    );
    return { images };
  } catch (error) {
    if (!(error instanceof AiError)) throw error;
    return { images: unknownImages(world, settings, wanted), problem: error as AiError };
  }
}

function asData({ assistant, isDefault, image, logins }: Row, now: number): object {
  const { name, title, package: program } = assistant;
  const { version, ...rest } = image;
  return {
    name,
    title,
    default: isDefault,
    package: program.npm ?? null,
    version: version ?? null,
    image: { ...rest, size: image.size ?? null, project: image.project ?? null },
    state: logins.state,
    login: summaryOf(logins, now),
    logins: logins.found.map((login) => loginAsData(login, now)),
    unreadable: logins.unreadable,
  };
}

function loginAsData(login: FoundLogin, now: number): object {
  if (login.kind === 'variable' || login.kind === 'file') return login;
  const { kind, who = null, until } = login;
  return {
    kind,
    who,
    until: until === undefined ? null : dateOf(until),
    expired: isExpired(login, now),
  };
}

/** ISO 8601; null for a number that is no time. */
function dateOf(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function summaryOf(
  { found, unreadable }: LoginStates,
  now: number,
): 'present' | 'expired' | 'unknown' | 'none' {
  if (found.some((login) => !isExpired(login, now))) return 'present';
  if (unreadable.length > 0) return 'unknown';
  return found.length > 0 ? 'expired' : 'none';
}

const isExpired = (login: FoundLogin, now: number): boolean =>
  'until' in login && login.until <= now;

function asCells({ assistant, isDefault, image, logins }: Row, now: number): string[] {
  const { name } = assistant;
  return [
    isDefault ? `${name} (default)` : name,
    versionText(assistant, image),
    imageText(assistant, image),
    loginText(assistant, logins, now),
  ];
}

/** Of a ready image what tells it from others of its name. */
const versionText = ({ image }: Assistant, { version }: ImageState): string =>
  version ?? /(?:@sha256:.{12}|:[^:/@]+$)/.exec(image ?? '')?.[0].slice(1) ?? 'latest';

function imageText({ image }: Assistant, { state, size, project }: ImageState): string {
  const missing = image === undefined || project !== undefined ? 'not built' : 'not pulled';
  const texts = { outdated: 'out of date', missing, unknown: '?' };
  const text = state === 'built' ? formatSize(size ?? 0) : texts[state];
  return project === undefined ? text : `${text}, the project’s`;
}

function loginText({ hostVariables }: Assistant, logins: LoginStates, now: number): string {
  const texts = logins.found.map((login) => {
    if (login.kind === 'variable') return `key in ${login.name}`;
    if (login.kind === 'file') return 'key file';
    const what = login.kind === 'key' ? 'own key' : 'account';
    const who = login.who === undefined ? what : `${what} ${login.who}`;
    return isExpired(login, now) ? `${who}, expired` : who;
  });
  if (texts.length > 0) return texts.join('; ');
  if (logins.unreadable.length > 0) return 'unknown';
  const needed = hostVariables.find(({ required }) => required !== undefined);
  return needed ? `none; needs ${needed.name}` : 'none';
}

/** At a terminal the last column ends where that does. */
function fitted(cells: readonly string[][], width: number | undefined): string[][] {
  if (width === undefined) return [...cells];
  const before = [0, 1, 2].reduce(
    (sum, column) => sum + 2 + Math.max(9, ...cells.map((row) => row[column]?.length ?? 0)),
    0,
  );
  const room = Math.max(10, width - before);
  return cells.map((row) =>
    row.map((cell, column) =>
      column === 3 && cell.length > room ? `${cell.slice(0, room - 1)}…` : cell,
    ),
  );
}
