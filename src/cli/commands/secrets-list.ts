// ai secrets list: names, where each stands, and whom it reaches. Never a value.

import { path } from '../../base/path.ts';
import type { Reach } from '../../plan/reach.ts';
import { readEnvFile } from '../../read/env-file.ts';
import { readSecret, secretNamesIn } from '../../read/secrets.ts';
import { commandIn } from '../../settings/references.ts';
import type { CommandHandler } from '../commands.ts';
import { formatTable } from '../table.ts';
import { print, say } from './answer.ts';
import { reachWords, storesOf, type Store } from './secrets.ts';

interface Listed {
  name: string;
  from: 'project' | 'global' | 'env file';
  /** A command of the host gives it when a run starts. */
  command: boolean;
  /** False for a file that holds none. */
  usable: boolean;
  reach: Reach;
  words: string;
}

export const list: CommandHandler = async (call) => {
  const { world, options } = call;
  const { all, project } = await storesOf(call);
  const { values, path: envFile } = readEnvFile(world.stateDirectory);
  const found = [
    ...inStore(project, 'project'),
    ...inStore(all, 'global'),
    ...Object.entries(values).map(([name, text]) => listed({ name, text, from: 'env file' }, all)),
  ];
  if (options.plain.json) {
    print(call, {
      profile: all.profile,
      project: project.projectId,
      secrets: found.map(({ name, from, command, usable, reach }) => ({
        ...{ name, from, command, usable },
        reaches: reach,
      })),
    });
    return 0;
  }
  if (found.length === 0) {
    say(call, 'no secrets are kept here; ai secrets set NAME  keeps one');
    return 0;
  }
  const rows = found.map(({ name, from, command, usable, words }) => [
    name,
    `${fromWords(from, { project: project.name, envFile })}${command ? ', by a command' : ''}`,
    usable ? words : 'nobody: there is no value in it',
  ]);
  world.streams.stdout.write(
    await formatTable(['NAME', 'FROM', 'REACHES'], rows, world.streams.stdout),
  );
  return 0;
};

const inStore = (store: Store, from: 'project' | 'global'): readonly Listed[] =>
  [...secretNamesIn(store.directory)].sort().map((name) => {
    const text = readSecret(path.join(store.directory, name), store.names.isKey(name));
    return listed({ name, text, from }, store);
  });

const listed = (
  { name, text, from }: { name: string; text: string | undefined; from: Listed['from'] },
  store: Store,
): Listed => ({
  ...{ name: store.names.variableNameOf(name), from },
  command: text !== undefined && commandIn(text) !== undefined,
  usable: text !== undefined && text !== '',
  reach: store.names.reachOf(name, store.projectId !== undefined),
  words: reachWords(name, store),
});

const fromWords = (
  from: Listed['from'],
  { project, envFile }: { project: string; envFile: string },
): string => {
  const words = {
    project: `this project (${project})`,
    global: 'all projects',
    'env file': envFile,
  };
  return words[from];
};
