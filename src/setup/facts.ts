// What setting up an engine has to know of a machine. Plain data: look.ts fills it in, decide.ts reads it.

import type { MacApp } from './mac-apps.ts';

export interface SetupFacts {
  platform: NodeJS.Platform;
  /** From os-release: `ID` and `ID_LIKE`, and the name for people. */
  system: { ids: readonly string[]; name: string };
  /** What starts services here. */
  init: 'systemd' | 'openrc' | 'none';
  /** Windows' Linux, where services without systemd end with the last window. */
  wsl: boolean;
  /** Packages cannot be installed into the running system (Silverblue and its like). */
  ostree: boolean;
  container: boolean;
  /** The kernel lets root mount here, without which no engine can run. */
  mayMount: boolean;
  /** The kernel confines programs by AppArmor, and engines need its parser for that. */
  appArmor: boolean;
  /** Programs on the PATH, of those that decisions depend on. */
  programs: readonly string[];
  /** `running`: the one that its pid file at the usual place tells of. */
  dockerd: 'missing' | 'stopped' | 'running';
  /** Root or this user runs one in another way: wherever it listens, it is not at the usual place. */
  dockerdElsewhere: boolean;
  /** A socket where something listens that this user may not talk to, and whom it is for. */
  forbidden: ForbiddenSocket | undefined;
  /** How root's rights can be had. */
  root: 'self' | 'sudo' | 'none';
  /** Who is to use the engine, where that is not root. */
  user: { name: string; groups: readonly string[] } | undefined;
  home: string;
  /** On a Mac: the makes of engine that are installed, and the docker context that is chosen. */
  macApps: readonly MacApp[];
  context: string | undefined;
}

export interface ForbiddenSocket {
  path: string;
  gid: number;
  /** The name of that group, where it has one here. */
  group: string | undefined;
}
