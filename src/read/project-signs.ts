// What stands at the root of a project that tells which tools it needs. Nothing is run, and only small files are read.

import { readdirSync } from 'node:fs';
import { AiError } from '../base/errors.ts';
import { asObject, ownValue, parseJsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { signNames, type ProjectSigns } from '../plan/starter-settings.ts';
import type { ProjectFacts } from '../plan/facts.ts';
import { findDevcontainer, readDevcontainer } from './devcontainer.ts';
import { largestManifest, readProjectFile } from './project-file.ts';

export function readProjectSigns({ root }: Pick<ProjectFacts, 'root'>): ProjectSigns {
  const names = namesIn(root);
  const files = signNames.filter((name) => names.includes(name));
  const manifest = asObject(
    parseJsonValue(readProjectFile(path.join(root, 'package.json'), largestManifest)),
  );
  const manager = ownValue(manifest, 'packageManager');
  const marker = [
    'pnpm-workspace.yaml',
    'nx.json',
    'turbo.json',
    'lerna.json',
    'rush.json',
    'go.work',
  ].find((name) => names.includes(name));
  const workspace =
    marker ?? (ownValue(manifest, 'workspaces') === undefined ? undefined : 'package.json');
  const found = findDevcontainer(root);
  return {
    files,
    ...(typeof manager === 'string' && { packageManager: manager }),
    secrets: names.filter((name) => isSecret(name)).slice(0, mostSecrets),
    ...(found !== undefined && { devcontainer: { name: found, ...whyNot(root) } }),
    ...(workspace === undefined ? {} : { workspace }),
  };
}

const mostSecrets = 10;

/** `.env.local`, and not `.env.example`, which is for others to read. A name with quotes in it is nobody's. */
const isSecret = (name: string): boolean =>
  /^\.env(\.[\w.-]+)?$/.test(name) && !/\.(example|sample|template|dist|defaults)$/.test(name);

function whyNot(root: string): { why?: string } {
  try {
    readDevcontainer(root);
    return {};
  } catch (error) {
    if (error instanceof AiError && error.code === 'AI_IMAGE_SOURCE')
      return { why: (error as AiError<'AI_IMAGE_SOURCE'>).facts.why };
    throw error;
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
