// The settings by which a project brings its own tools: packages, a Dockerfile, a devcontainer.

import {
  anyPackagePattern,
  installers,
  isPackage,
  joinPackages,
  mostPackages,
  noPackages,
  packageForms,
  packagePattern,
  readPackage,
  writePackages,
  type Installer,
  type Packages,
} from '../base/packages.ts';
import { setting } from './setting.ts';
import { isMapping, shown } from './shapes.ts';
import { flag, text, type DataProblem, type ValueType } from './types.ts';

const expected =
  'a list of packages like ripgrep, npm:pnpm or pip:ruff, or a map with apt, npm, pip';

/** A list of words, or a map of lists. In an environment variable: words. Later layers add to earlier ones. */
const packages: ValueType<Packages> = {
  expected,
  json: {
    anyOf: [
      {
        type: ['string', 'array'],
        pattern: anyPackagePattern,
        items: { type: 'string', pattern: anyPackagePattern },
        maxItems: mostPackages,
      },
      {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(
          installers.map((installer) => [
            installer,
            {
              type: ['string', 'array'],
              pattern: packagePattern(installer),
              items: { type: 'string', pattern: packagePattern(installer) },
              maxItems: mostPackages,
            },
          ]),
        ),
      },
    ],
  },
  problemsIn: (data) =>
    isMapping(data)
      ? Object.entries(data).flatMap(([name, value]) => problemsOfList(name, value))
      : (wordsOf(data) ?? []).flatMap((word) =>
          readPackage(word) === undefined
            ? [problem([], `has ${shown(word)}, which is no package: ${wordForms}`)]
            : [],
        ),
  fromText: (value) => fromWords(value.split(/\s+/).filter((word) => word !== '')),
  fromData: (data) => (isMapping(data) ? fromMap(data) : fromWords(wordsOf(data))),
  toData: (value) => [...writePackages(value)],
  combine: joinPackages,
};

const wordForms = 'apt’s name or name=version, npm:name@version, pip:name==version';

const problem = (path: readonly string[], text: string): DataProblem => ({ path, problem: text });

function problemsOfList(name: string, value: unknown): readonly DataProblem[] {
  const installer = installers.find((one) => one === name);
  if (installer === undefined) return [problem([name], `is none of ${installers.join(', ')}`)];
  const words = wordsOf(value);
  if (words === undefined)
    return [problem([name], `must be a list of packages, not ${shown(value)}`)];
  if (words.length > mostPackages) return [problem([name], `has more than ${mostPackages}`)];
  return words
    .filter((word) => !isPackage(installer, word))
    .map((word) =>
      problem([name], `has ${shown(word)}, which is no package: ${packageForms[installer]}`),
    );
}

function wordsOf(data: unknown): readonly string[] | undefined {
  if (typeof data === 'string') return [data];
  return Array.isArray(data) && data.every((item) => typeof item === 'string') ? data : undefined;
}

function fromWords(words: readonly string[] | undefined): Packages | undefined {
  if (words === undefined || words.length > mostPackages) return undefined;
  const read = words.map(readPackage);
  if (!read.every((one) => one !== undefined)) return undefined;
  const of = (installer: Installer): readonly string[] =>
    read.flatMap(([found, name]) => (found === installer ? [name] : []));
  return joinPackages(noPackages, { apt: of('apt'), npm: of('npm'), pip: of('pip') });
}

function fromMap(data: Readonly<Record<string, unknown>>): Packages | undefined {
  if (Object.entries(data).some(([name, value]) => problemsOfList(name, value).length > 0))
    return undefined;
  const of = (installer: Installer): readonly string[] => wordsOf(data[installer]) ?? [];
  return joinPackages(noPackages, { apt: of('apt'), npm: of('npm'), pip: of('pip') });
}

export const projectTools = {
  'image.packages': setting<Packages>({
    type: packages,
    default: noPackages,
    help: 'packages to add to the image: a list of apt’s, with npm:… and pip:…, or a map with apt, npm, pip',
    trust: 'host',
  }),
  'image.dockerfile': setting<string | undefined>({
    type: text,
    default: undefined,
    help: 'a Dockerfile that goes on from the assistant’s image (ARG AI_IMAGE, FROM ${AI_IMAGE})',
    trust: 'host',
  }),
  devcontainer: setting<boolean>({
    type: flag,
    default: false,
    help: 'put the assistant into the image of the project’s devcontainer.json (its image or build)',
    trust: 'host',
  }),
} as const;
