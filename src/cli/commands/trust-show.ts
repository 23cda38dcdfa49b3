// What ai trust shows: the settings files of a project, whether they are trusted, and every effect of theirs on the host.

import { showOnOneLine } from '../../base/quote.ts';
import type { JudgedFile, ProjectLayers } from '../../launch/project-layers.ts';
import type { TrustSources } from '../../launch/trust-sources.ts';
import type { ProjectFacts } from '../../plan/facts.ts';
import { settingOf } from '../../settings/layers.ts';
import { effectsOf } from '../../settings/effects.ts';

const states: Record<JudgedFile['state'], string> = {
  harmless: 'nothing in it reaches the host',
  trusted: 'trusted',
  unasked: 'not trusted',
  refused: 'not trusted: you said no',
  invalid: 'not trusted, and wrong',
};

export const layersAsText = ({ files, skipped }: ProjectLayers, { lines }: TrustSources): string =>
  [
    ...files.flatMap(({ name, state, reaching, below, wrong }) => [
      `${name}: ${states[state]}`,
      ...effectsOf(reaching, below).map((line) => `    ${line}`),
      ...(state === 'invalid'
        ? wrong.map(({ origin, key, problem }) => `    ${origin}: ${key} ${problem}`)
        : []),
    ]),
    ...skipped.map(({ file, why }) => `${file}: ignored, ${why}`),
    ...lines,
  ]
    .map((line) => `${showOnOneLine(line)}\n`)
    .join('');

export const layersAsData = (
  { id, root }: ProjectFacts,
  { files, skipped }: ProjectLayers,
  { unagreed, lines }: TrustSources,
): object => ({
  project: id,
  root,
  files: files.map(({ file, name, state, hash, reaching, below, wrong }) => ({
    file,
    name,
    state,
    hash,
    settings: [...new Set(reaching.map(({ key }) => settingOf(key) ?? key))],
    effects: effectsOf(reaching, below),
    problems: wrong,
  })),
  skipped,
  image: { unagreed: unagreed.map(({ name, hash }) => ({ name, hash })), lines },
});
