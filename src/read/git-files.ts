// The files that the user's settings for git name, as far as a run may have them. Private keys are not among them.

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { path } from '../base/path.ts';
import type { GitSetting, GitSettingsFacts } from '../plan/facts.ts';
import { fileSettings } from '../plan/git-settings.ts';
import { isLiteralKey } from '../plan/git-signing.ts';
import { readProjectFile } from './project-file.ts';

export interface GitPlaces {
  home: string;
  /** `~/.config/git` */
  configHome: string;
}

/** Their texts, by the setting; the ones that git looks for without being told, too. */
export function readGitFiles(
  settings: readonly GitSetting[],
  places: GitPlaces,
): GitSettingsFacts['files'] {
  const last = (name: string): string | undefined =>
    settings.findLast((setting) => setting.name === name)?.value;
  // Where git looks without being told (git-config(1)).
  const usual: Partial<Record<string, string>> = {
    'core.excludesfile': path.join(places.configHome, 'ignore'),
    'core.attributesfile': path.join(places.configHome, 'attributes'),
  };
  const found: Record<string, string> = {};
  for (const name of Object.keys(fileSettings)) {
    const file = pathOf(last(name) ?? usual[name] ?? '', places.home);
    const text = file === undefined ? undefined : readProjectFile(file);
    if (text !== undefined) found[name] = text;
  }
  const key = last('user.signingkey');
  if (key !== undefined && last('gpg.format') === 'ssh' && !isLiteralKey(key)) {
    const file = pathOf(key, places.home);
    const text = file && (readPublicKey(file) ?? readPublicKey(`${file}.pub`));
    if (text !== undefined) found['user.signingkey'] = text;
  }
  return found;
}

/** Relative ones, and those of other users, are not worth guessing (git-config(1), "pathname"). */
function pathOf(value: string, home: string): string | undefined {
  const file = value.replace(/^:\(optional\)/, '').replace(/^~(?=\/)/, () => home);
  return path.isAbsolute(file) ? file : undefined;
}

/** Of a private key not even the second line is read. */
function readPublicKey(file: string): string | undefined {
  return /^(?:ssh-|ecdsa|sk-)/.test(beginningOf(file)) ? readProjectFile(file) : undefined;
}

function beginningOf(file: string): string {
  try {
    // Not to wait for the other end of a pipe.
    if (!statSync(file).isFile()) return '';
    const descriptor = openSync(file, 'r');
    const buffer = Buffer.alloc(5);
    try {
      return buffer.toString('latin1', 0, readSync(descriptor, buffer));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
