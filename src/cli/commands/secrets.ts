// ai secrets: what the user keeps for runs, set, listed, imported and removed. No value is ever shown, or taken from a command line.

import { AiError } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import { path } from '../../base/path.ts';
import { settle } from '../../launch/settle.ts';
import { globalState } from '../../plan/places.ts';
import { projectSecrets, secretsDirectory } from '../../plan/kept-values.ts';
import { knownNames, type KnownNames } from '../../plan/reach.ts';
import { readProject } from '../../read/project.ts';
import { isSecretName } from '../../read/secrets.ts';
import { hasSecret, removeSecrets, type SecretStore } from '../../state/secret-store.ts';
import type { CommandCall, CommandHandler } from '../commands.ts';
import { say } from './answer.ts';

const actions = {
  list: async () => (await import('./secrets-list.ts')).list,
  set: async () => (await import('./secrets-set.ts')).set,
  import: async () => (await import('./secrets-set.ts')).importFile,
  rm: () => Promise.resolve(rm),
} satisfies Record<string, () => Promise<CommandHandler>>;

export const secrets: CommandHandler = async (call) => {
  const [action = 'list', ...words] = call.words;
  if (!Object.hasOwn(actions, action))
    throw new AiError('AI_USAGE', {
      problem: `ai secrets has no action “${action}”`,
      next: `ai secrets ${nearest(action, Object.keys(actions)) ?? Object.keys(actions).join('|')}`,
    });
  checkOptions(action, call);
  const handler = await actions[action as keyof typeof actions]();
  return handler({ ...call, words });
};

function checkOptions(action: string, { options }: CommandCall): void {
  const { extra, plain } = options;
  const useless =
    extra['command'] !== undefined && action !== 'set'
      ? '--command'
      : extra['project'] === true && action === 'list'
        ? '--project'
        : plain.json && action !== 'list'
          ? '--json'
          : undefined;
  if (useless !== undefined)
    throw new AiError('AI_USAGE', {
      problem: `ai secrets ${action} does not take ${useless}`,
      next: 'ai secrets --help',
    });
}

/** A place for secrets, and what is known of their names there. */
export interface Store extends SecretStore {
  names: KnownNames;
}

export interface Stores {
  all: Store;
  project: Store & { name: string };
}

/** Where secrets lie: for all projects, and of the project that the user is in. */
export async function storesOf(call: CommandCall): Promise<Stores> {
  const { world, options } = call;
  const { settings } = await settle(world, options.settings, options.plain);
  const { profile, backups } = settings;
  const names = knownNames(settings.assistants);
  const { home, stateDirectory } = world;
  const directory = path.resolve(world.directory, options.plain.directory ?? '.');
  const { id, name } = readProject(directory, { home, stateDirectory, allowAnyRoot: true });
  return {
    all: {
      directory: secretsDirectory(globalState(stateDirectory, profile)),
      ...{ profile, backups, names },
    },
    project: {
      directory: projectSecrets(stateDirectory, id),
      ...{ profile, backups, names, name, projectId: id },
    },
  };
}

/** The one that `--project` says. */
export const storeOf = async (call: CommandCall): Promise<Store> => {
  const { all, project } = await storesOf(call);
  return call.options.extra['project'] === true ? project : all;
};

/** The name of its file. @throws AiError AI_USAGE */
export function checkedName(name: string, { fileNameOf }: KnownNames): string {
  if (isSecretName(name)) return fileNameOf(name);
  // It may hold a value: nothing of it is said again.
  throw new AiError('AI_USAGE', {
    problem: 'the name of a secret is one that a variable can have: letters, digits and _',
    next: 'ai secrets set NPM_TOKEN',
  });
}

/** Whom it reaches, for people: completes “NPM_TOKEN reaches …”. */
export function reachWords(file: string, { projectId, names }: Store): string {
  const reach = names.reachOf(file, projectId !== undefined);
  if (reach.kind === 'assistants')
    return `${reach.names.join(', ')}${projectId === undefined ? '' : ' in this project'}`;
  if (reach.kind === 'project') return 'every run of this project';
  return `runs with -e ${names.variableNameOf(file)} (setting env)`;
}

const rm: CommandHandler = async (call) => {
  const { world, words, options } = call;
  if (words.length === 0)
    throw new AiError('AI_USAGE', {
      problem: 'ai secrets rm needs a name',
      next: 'ai secrets list',
    });
  const stores = await storesOf(call);
  const known = stores.all.names;
  const names = [...new Set(words.map((word) => checkedName(word, known)))];
  const isOfProject = options.extra['project'] === true;
  const [store, other] = isOfProject ? [stores.project, stores.all] : [stores.all, stores.project];
  const missing = names.filter((name) => !hasSecret(store, name));
  if (missing.length > 0) {
    const isElsewhere = missing.every((name) => hasSecret(other, name));
    const shown = missing.map(known.variableNameOf);
    throw new AiError('AI_SECRET_MISSING', {
      names: shown,
      where: isOfProject ? 'of this project' : 'for all projects',
      ...(isElsewhere && {
        elsewhere: [...(isOfProject ? [] : ['--project']), ...shown].join(' '),
      }),
    });
  }
  const backups = await removeSecrets(world.stateDirectory, store, names);
  say(call, `removed ${names.map(known.variableNameOf).join(', ')}; no copy is kept`);
  if (backups.length > 0)
    world.emit({ type: 'warning', text: `a backup still has it: ${backups.join(', ')}` });
  return 0;
};
