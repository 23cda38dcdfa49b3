// The words that only a look at the machine tells: runs, own assistants, secrets. What cannot be read is no word.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { asObject, isList, isObject, parseJsonValue, type JsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { Connection } from '../engines/docker/connection.ts';
import { dialer } from '../engines/docker/dial.ts';
import { findEngine, socketsToTry, type EngineChoice } from '../engines/docker/find.ts';
import { projectSecrets, secretsDirectory } from '../plan/kept-values.ts';
import { defaultProfile, globalState } from '../plan/places.ts';
import { homeOf, stateDirectoryOf } from '../read/home.ts';
import { machineId } from '../read/host-facts.ts';
import { readProject } from '../read/project.ts';
import { secretNamesIn } from '../read/secrets.ts';
import { readSettingsFile } from '../read/settings-file.ts';
import { ownerOf } from '../read/state-facts.ts';
import { environmentLayer, resolveSettings } from '../settings/layers.ts';
import { readChanges } from '../state/executables.ts';
import { firstLive } from './live-engine.ts';
import { listedNames } from './listed-names.ts';

type Environment = Readonly<Partial<Record<string, string>>>;

interface Here {
  environment: Environment;
  home: string;
  stateDirectory: string;
}

/** A word and what it is. */
export type Listed = readonly [word: string, text?: string];

/** Milliseconds that an engine has: nobody waits longer for a list. */
const patience = 1500;

/** Bytes of the audit that are looked at, from its end. */
const mostAudit = 256 * 1024;

const kinds: Readonly<
  Record<string, (here: Here) => Promise<readonly Listed[]> | readonly Listed[]>
> = {
  runs: (here) => runs(here),
  changes: ({ stateDirectory, home }) =>
    readChanges(stateDirectory, projectHere(stateDirectory, home).id).runs.map(
      ({ run, assistant, ended, changes }) =>
        [run, `${assistant}, ${changes.length} changes, ended ${ended}`] as const,
    ),
  audit: ({ stateDirectory }) => auditedRuns(stateDirectory),
  secrets: ({ stateDirectory, home }) => [
    ...secretNamesIn(secretsDirectory(globalState(stateDirectory, defaultProfile))).map(
      (name) => [name] as const,
    ),
    ...secretNamesIn(projectSecrets(stateDirectory, projectHere(stateDirectory, home).id)).map(
      (name) => [name, 'of this project (--project)'] as const,
    ),
  ],
  assistants: async ({ environment }) =>
    (await listedNames(environment)).map((name) => [name, 'of your settings'] as const),
};

/** @throws whatever keeps it from being known */
export async function listable(
  kind: string | undefined,
  environment: Environment,
): Promise<readonly Listed[]> {
  const home = homeOf(environment);
  const here = { environment, home, stateDirectory: stateDirectoryOf(environment, home) };
  return (await kinds[kind ?? '']?.(here)) ?? [];
}

async function runs({ environment, home, stateDirectory }: Here): Promise<readonly Listed[]> {
  const config = await readSettingsFile(stateDirectory);
  const { settings } = resolveSettings([config, environmentLayer(environment).layer]);
  const uid = process.getuid?.() ?? 0;
  const { host, context, places } = settings;
  const endpoint = await endpointOf({ host, context, places, environment, home, uid });
  // ssh takes longer than anybody waits for a list.
  if (endpoint.kind === 'ssh') return [];
  const label = `ai.owner=${ownerOf({ machineId: machineId(), uid }, stateDirectory)}`;
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const connection = new Connection(dialer(endpoint, patience));
  const { body } = await connection.request('GET', `/containers/json?all=1&filters=${filters}`, {
    signal: AbortSignal.timeout(patience),
  });
  const found = parseJsonValue(body);
  return isList(found) ? found.flatMap((one) => runOf(one, home)) : [];
}

async function endpointOf(
  choice: EngineChoice,
): Promise<ReturnType<typeof findEngine>['endpoint']> {
  const sockets = socketsToTry(choice);
  const live = sockets.length > 1 ? (await firstLive(sockets)).live : undefined;
  return live === undefined ? findEngine(choice).endpoint : { kind: 'unix', path: live };
}

function runOf(container: JsonValue, home: string): readonly Listed[] {
  const { Labels: labels, State: state } = asObject(container) ?? {};
  const [run, assistant, project] = ['ai.run', 'ai.assistant', 'ai.project'].map((name) =>
    text(asObject(labels)?.[name]),
  );
  if (run === undefined || run === '') return [];
  const where = project?.startsWith(`${home}/`) ? `~${project.slice(home.length)}` : project;
  return [[run, `${assistant ?? ''} in ${where ?? ''}, ${text(state)}`]];
}

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** The latest first. */
function auditedRuns(stateDirectory: string): readonly Listed[] {
  const found = new Map<string, string>();
  for (const line of endOf(path.join(stateDirectory, 'audit.jsonl')).split('\n').reverse()) {
    const entry = parseJsonValue(line);
    if (!isObject(entry)) continue;
    const { run, time, what } = entry;
    if (typeof run === 'string' && !found.has(run)) found.set(run, `${text(time)}: ${text(what)}`);
  }
  return [...found];
}

function endOf(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const end = Buffer.alloc(Math.min(size, mostAudit));
    return end.toString('utf8', 0, readSync(descriptor, end, 0, end.length, size - end.length));
  } finally {
    closeSync(descriptor);
  }
}

const projectHere = (stateDirectory: string, home: string): ReturnType<typeof readProject> =>
  readProject(process.cwd(), { home, stateDirectory, allowAnyRoot: true });
