// The login of GitHub's own program, taken over into `gh_config`.

import { copyFileSync, lstatSync } from 'node:fs';
import { path } from '../base/path.ts';
import { ensureDirectory, readTextIfThere, writeFileAtomically } from '../host/files.ts';
import { timeName } from '../state/backups.ts';
import type { World } from './world.ts';

/** @returns what was done, for people; undefined where gh has no login here. @throws AiError AI_STATE_UNWRITABLE */
export function importGitHub(
  { environment, home, stateDirectory }: World,
  dryRun: boolean,
): string | undefined {
  const configHome = environment['XDG_CONFIG_HOME'] || path.join(home, '.config');
  const source = environment['GH_CONFIG_DIR'] || path.join(configHome, 'gh');
  const hosts = readTextIfThere(path.join(source, 'hosts.yml'));
  if (hosts === undefined) return undefined;
  const target = path.join(stateDirectory, 'gh_config');
  const place = path.join(target, 'hosts.yml');
  if (readTextIfThere(place) === hosts) return `gh: already has what is in ${source}`;
  if (!/oauth_token:\s*\S/.test(hosts))
    return `gh: ${source} holds no token (it is in a key ring): gh auth token | GH_CONFIG_DIR=${target} gh auth login --with-token`;
  if (dryRun) return `gh: would take ${source}`;
  ensureDirectory(target);
  if (lstatSync(place, { throwIfNoEntry: false })) {
    const backups = path.join(stateDirectory, 'backups', 'gh_config');
    ensureDirectory(backups);
    copyFileSync(place, path.join(backups, `hosts.yml.${timeName(new Date())}`));
  }
  writeFileAtomically(place, hosts, { mode: 0o600 });
  const config = readTextIfThere(path.join(source, 'config.yml'));
  if (config !== undefined && readTextIfThere(path.join(target, 'config.yml')) === undefined)
    writeFileAtomically(path.join(target, 'config.yml'), config, { mode: 0o600 });
  return `gh: took ${source}`;
}
