// The registries that this machine's package managers use, its own mirrors of apt and those of the image among them.

import { path } from '../base/path.ts';
import { readRegularFile, writeFileAtomically } from '../host/files.ts';
import { hostMirrors, imageMirrors } from '../images/apt-sources.ts';
import { hostOfUrl } from '../plan/egress.ts';
import type { NamedHost, NetworkFacts } from '../plan/network-facts.ts';
import { askRegistries, type KeptAnswers } from '../read/ask-registries.ts';
import { readPackageRegistries, type RegistryOptions } from '../read/package-registries.ts';

export interface RegistryLook extends RegistryOptions {
  /** Where answers are kept for a day. */
  stateDirectory: string;
  /** What is kept of the image, where its sources count. */
  imageFiles?: string | undefined;
}

export async function readRegistries(
  options: RegistryLook,
): Promise<Pick<NetworkFacts, 'registries' | 'silent'>> {
  const { environment, home, root, stateDirectory, imageFiles } = options;
  const { main, security } = hostMirrors(root);
  const kept = keptAnswers(path.join(stateDirectory, 'registries.json'), Date.now());
  const { hosts, silent } = await askRegistries({ ...{ environment, cwd: home, root }, kept });
  kept.save();
  return {
    registries: [
      ...hosts,
      ...readPackageRegistries(options),
      ...mirrors([main, security], 'apt’s sources'),
      ...mirrors(imageFiles === undefined ? [] : imageMirrors(imageFiles), 'apt’s sources inside'),
    ],
    ...(silent.length > 0 && { silent }),
  };
}

const mirrors = (urls: readonly (string | undefined)[], origin: string): readonly NamedHost[] =>
  urls.flatMap((url) => {
    const host = url === undefined ? undefined : hostOfUrl(url);
    return host === undefined ? [] : [{ ...host, origin }];
  });

/** Milliseconds: to ask takes half a second. */
const aDay = 24 * 60 * 60 * 1000;
/** Without an answer there may be no network just now. */
const aWhile = 10 * 60 * 1000;

interface Answer {
  at: number;
  texts: readonly string[];
}

/** What cannot be read, or written, is asked again. */
function keptAnswers(file: string, now: number): KeptAnswers & { save: () => void } {
  const before = Object.entries(readAnswers(file)).filter(
    ([, { at, texts }]) => at <= now && now - at < (texts.length > 0 ? aDay : aWhile),
  );
  const answers = new Map<string, Answer>(before);
  let isChanged = false;
  return {
    get: (key) => answers.get(key)?.texts,
    put: (key, texts) => {
      answers.set(key, { at: now, texts });
      isChanged = true;
    },
    save: () => {
      if (!isChanged) return;
      try {
        const text = `${JSON.stringify(Object.fromEntries(answers))}\n`;
        writeFileAtomically(file, text, { mode: 0o600 });
      } catch {
        // A home that is not there yet, read-only, or full.
      }
    },
  };
}

function readAnswers(file: string): Readonly<Record<string, Answer>> {
  try {
    const data = JSON.parse(readRegularFile(file) ?? '{}') as Record<string, Partial<Answer>>;
    const isAnswer = ([, { at, texts }]: [string, Partial<Answer>]): boolean =>
      typeof at === 'number' &&
      Array.isArray(texts) &&
      texts.every((text) => typeof text === 'string');
    return Object.fromEntries(Object.entries(data).filter(isAnswer)) as Record<string, Answer>;
  } catch {
    return {};
  }
}
