// Which settings file of a directory counts, by cosmiconfig, with everything off by which a file could run or read more than itself.

import { path } from '../base/path.ts';

/** In this order; of two in one directory the first counts. */
export const settingsPlaces = [
  '.airc',
  '.airc.json',
  '.airc.yaml',
  '.airc.yml',
  'ai.config.json',
  'ai.config.yaml',
  'ai.config.yml',
  'package.json',
] as const;

export type SettingsPlace = (typeof settingsPlaces)[number];

export interface FoundSettings {
  /** Absolute. */
  file: string;
  /** All of it; of package.json too. */
  text: string;
}

/**
 * Reads the first of the places that is not empty. They have to be looked at before: whatever they lead to is opened. What it
 * returns does so synchronously, for that look.
 *
 * Not by `cosmiconfigSync()`: that looks for a configuration of its own in the current directory, and runs it (`.config/config.js`);
 * and what a loader returns is searched for `$import`, which reads any file. So its class, and a wrapper around the text
 * (docs/decisions/0011-project-settings.md). The package has no map of exports, hence the exact version.
 */
export async function loadSearch(): Promise<
  (directory: string, places: readonly SettingsPlace[]) => FoundSettings | undefined
> {
  const { ExplorerSync } =
    (await import('cosmiconfig/dist/ExplorerSync.js')) as unknown as CosmiconfigModule;
  return (directory, places) => {
    const explorer = new ExplorerSync({
      moduleName: 'ai',
      packageProp: 'ai',
      searchPlaces: places,
      searchStrategy: 'none',
      metaConfigFilePath: null,
      ignoreEmptySearchPlaces: true,
      applyPackagePropertyPathToConfiguration: false,
      mergeImportArrays: false,
      mergeSearchPlaces: false,
      cache: false,
      transform: (result) => result,
      loaders: { noExt: wrap, '.json': wrap, '.yaml': wrap, '.yml': wrap },
    });
    const found = explorer.search(directory);
    return found?.isEmpty === true ? undefined : found?.config;
  };
}

/** In package.json cosmiconfig takes the property by itself: it gets one that holds the whole. */
const wrap: Loader = (file, text) =>
  path.basename(file) === 'package.json' ? { ai: { file, text } } : { file, text };

type Loader = (file: string, text: string) => FoundSettings | { ai: FoundSettings };

interface Result {
  config: FoundSettings | undefined;
  isEmpty?: boolean;
}

/** What we use of it; its own types declare nothing for this module. */
interface CosmiconfigModule {
  ExplorerSync: new (options: {
    moduleName: string;
    packageProp: string;
    searchPlaces: readonly string[];
    searchStrategy: 'none';
    metaConfigFilePath: null;
    ignoreEmptySearchPlaces: boolean;
    applyPackagePropertyPathToConfiguration: boolean;
    mergeImportArrays: boolean;
    mergeSearchPlaces: boolean;
    cache: boolean;
    transform: (result: Result | null) => Result | null;
    loaders: Readonly<Record<string, Loader>>;
  }) => { search: (from: string) => Result | null };
}
