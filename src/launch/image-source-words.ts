// What a project's image is to be built from, in lines for whoever is to agree to it: all of it, or what has changed.

import { diffLines } from '../base/line-diff.ts';
import { changedFiles } from '../plan/image-ingredients.ts';
import type { ImageSource } from '../plan/project-image-facts.ts';
import { filesOf, type AgreedSources } from '../state/agreed-sources.ts';

/**
 * Nothing of a text is left out, and no file that has changed: what is not shown is not agreed to.
 * @throws AiError AI_IMAGE_SOURCE where files are not those any more that the hash is about
 */
export const sourceLines = (
  sources: readonly ImageSource[],
  agreed: AgreedSources,
): readonly string[] =>
  sources.flatMap((source) => {
    const before = agreed[source.name];
    return [
      ...Object.entries(source.texts).flatMap(([name, text]) =>
        textLines(name, text, before?.texts[name]),
      ),
      ...contextLines(source, before?.files),
    ];
  });

function textLines(name: string, text: string, before: string | undefined): readonly string[] {
  if (before === text) return [];
  if (before === undefined)
    return [`the image would be built from ${name}`, ...indented(text.trimEnd().split('\n'))];
  return [
    `${name} has changed`,
    ...indented(diffLines(before, text).map(({ sign, text: line }) => `${sign} ${line}`)),
  ];
}

const indented = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => `    ${line}`);

function contextLines(
  source: ImageSource,
  before: Readonly<Record<string, string>> | undefined,
): readonly string[] {
  const { context } = source;
  if (context === undefined) return [];
  const count = context.names.length;
  const files = count === 1 ? '1 file' : `${count} files`;
  const place = `${files} in ${context.directory}`;
  if (before === undefined) return [`it may copy ${place}`];
  const changes = changedFiles(before, filesOf(source));
  return changes.length === 0 ? [] : [`of ${place} that it may copy`, ...indented(changes)];
}
