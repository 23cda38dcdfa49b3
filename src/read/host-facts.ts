// What has to be known of the host and its user. Reads, changes nothing.

import { accessSync, constants, readFileSync, readlinkSync, statSync } from 'node:fs';
import os from 'node:os';
import { assistantsOf } from '../assistants/registry.ts';
import { AiError, messageOf } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { runProxyVariables } from '../base/proxies.ts';
import { sessionNames } from '../plan/environment.ts';
import { gitHubTokenNames } from '../plan/github.ts';
import type { HostFacts } from '../plan/facts.ts';
import { variablesOfModel } from '../settings/providers.ts';
import type { Settings } from '../settings/schema.ts';
import { desktopOf } from './desktop.ts';
import { account, homeOf } from './home.ts';

type Environment = Readonly<Partial<Record<string, string>>>;

/** @throws AiError AI_FILE_UNREADABLE for a file of the setting `caCertificates` */
export function readHost(environment: Environment, settings: Settings): HostFacts {
  const timeZone = timeZoneOf(environment);
  const desktop = desktopOf(environment);
  const needed = [...neededNames(settings), ...variablesOfModel(settings)];
  return {
    uid: process.getuid?.() ?? -1,
    gid: process.getgid?.() ?? -1,
    groups: process.getgroups?.() ?? [],
    userName: userNameOf(environment),
    home: homeOf(environment),
    machineId: machineId(),
    ...(timeZone !== undefined && { timeZone }),
    ...(desktop && { desktop }),
    environment: {
      ...pick(environment, needed, isFilled),
      ...pick(environment, Object.keys(settings.env), isSet),
    },
    caFiles: caFiles(environment, settings),
  };
}

const userNameOf = (environment: Environment): string =>
  account()?.username || environment['USER'] || environment['LOGNAME'] || 'ai';

function neededNames({ assistants }: Settings): readonly string[] {
  const ofAssistants = [...assistantsOf(assistants).values()].flatMap(({ hostVariables }) =>
    hostVariables.map(({ name }) => name),
  );
  return [...sessionNames, ...runProxyVariables, ...gitHubTokenNames, ...ofAssistants];
}

function pick(
  environment: Environment,
  names: readonly string[],
  wanted: (value: string | undefined) => value is string,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = environment[name];
    if (wanted(value)) found[name] = value;
  }
  return found;
}

const isSet = (value: string | undefined): value is string => value !== undefined;
/** An empty proxy or key is as good as none. */
const isFilled = (value: string | undefined): value is string => Boolean(value);

/** machine-id(5). macOS has no such file; the host's name serves. */
export function machineId(): string {
  for (const file of ['/etc/machine-id', '/var/lib/dbus/machine-id'])
    try {
      const id = readFileSync(file, 'utf8').trim();
      if (id !== '') return id;
    } catch {
      // Not there: the next one.
    }
  return os.hostname();
}

/** $TZ, or where /etc/localtime leads: `…/zoneinfo/Europe/Berlin` (also `/var/db/timezone/zoneinfo/…` on macOS). */
function timeZoneOf(environment: Environment): string | undefined {
  if (environment['TZ']) return environment['TZ'];
  try {
    return /zoneinfo\/(.+)$/.exec(readlinkSync('/etc/localtime'))?.[1];
  } catch {
    return undefined;
  }
}

function caFiles(environment: Environment, settings: Settings): readonly string[] {
  const ofNode = environment['NODE_EXTRA_CA_CERTS'];
  const home = homeOf(environment);
  const ofSetting = settings.caCertificates.map((file) =>
    path.resolve(file.replace(/^~(?=\/|$)/, home)),
  );
  for (const file of ofSetting) {
    const cause = whyUnreadable(file);
    if (cause !== undefined) throw new AiError('AI_FILE_UNREADABLE', { path: file, cause });
  }
  // Node itself only warns about a NODE_EXTRA_CA_CERTS that it cannot read.
  const readable = ofNode && whyUnreadable(path.resolve(ofNode)) === undefined;
  return [...new Set([...(readable ? [path.resolve(ofNode)] : []), ...ofSetting])];
}

function whyUnreadable(file: string): string | undefined {
  try {
    accessSync(file, constants.R_OK);
    const stats = statSync(file);
    if (stats.isDirectory()) return 'it is a directory';
    return stats.isFile() ? undefined : 'it is not a regular file';
  } catch (error) {
    return messageOf(error);
  }
}
