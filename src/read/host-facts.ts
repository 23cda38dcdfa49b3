// What has to be known of the host and its user. Reads, changes nothing.

import { accessSync, constants, readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assistants } from '../assistants/registry.ts';
import { proxyNames, sessionNames } from '../plan/environment.ts';
import type { HostFacts } from '../plan/facts.ts';
import type { Settings } from '../settings/schema.ts';

type Environment = Readonly<Partial<Record<string, string>>>;

export function readHost(environment: Environment, settings: Settings): HostFacts {
  const user = os.userInfo();
  const timeZone = timeZoneOf(environment);
  return {
    platform: process.platform,
    uid: user.uid,
    gid: user.gid,
    groups: process.getgroups?.() ?? [],
    userName: user.username,
    home: homeOf(environment),
    machineId: machineId(),
    ...(timeZone !== undefined && { timeZone }),
    environment: {
      ...pick(environment, neededNames(), isFilled),
      ...pick(environment, Object.keys(settings.env), isSet),
    },
    caFiles: caFiles(environment, settings),
  };
}

/** As shells have it; the account's own where HOME is not set. */
export const homeOf = (environment: Environment): string =>
  environment['HOME'] || os.userInfo().homedir;

function neededNames(): readonly string[] {
  const ofAssistants = Object.values(assistants).flatMap(({ hostVariables }) =>
    hostVariables.map(({ name }) => name),
  );
  return [...sessionNames, ...proxyNames, ...ofAssistants];
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
function machineId(): string {
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
  const named = [environment['NODE_EXTRA_CA_CERTS'], ...settings.caCertificates];
  const files = named.flatMap((file) => (file ? [path.resolve(file)] : []));
  // Node itself only warns about a NODE_EXTRA_CA_CERTS that it cannot read.
  return [...new Set(files)].filter(isReadable);
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
