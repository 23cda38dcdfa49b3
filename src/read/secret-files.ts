// Files of a project that look as if secrets were in them, by their names alone: what `--yolo` proposes to hide.

import { path } from '../base/path.ts';
import { entriesOf, isExample, kindOf } from './mask-walk.ts';
import { TrackedIndex } from './tracked-index.ts';

export interface SecretFile {
  /** Below the root. */
  name: string;
  /** The pattern that hides it and its like. */
  pattern: string;
}

/** Certificates of libraries are called `*.pem` too, deep in what npm and pip install: those must stay readable. */
const kinds: readonly { name: RegExp; pattern: (name: string, depth: number) => string }[] = [
  { name: /^\.env$/i, pattern: () => '.env' },
  { name: /^\.env\./i, pattern: () => '.env.*' },
  { name: /^id_(?:rsa|dsa|ecdsa|ed25519)$/, pattern: (name) => name },
  { name: /\.pem$/i, pattern: (_name, depth) => (depth === 0 ? '/*.pem' : '/*/*.pem') },
];

/** Directories that are looked into, beside the root. */
const mostDirectories = 200;

/** Those in the root and in the directories right below it that git does not track. */
export async function findSecretFiles(
  root: string,
  environment: Readonly<Partial<Record<string, string>>>,
): Promise<readonly SecretFile[]> {
  const repositories = new Set<string>();
  const found: SecretFile[] = [];
  const directories = entriesOf(root)
    .filter((entry) => kindOf(entry) === 'directory' && !passedOver.has(entry.name))
    .slice(0, mostDirectories)
    .map(({ name }) => name);
  for (const directory of ['', ...directories])
    for (const entry of entriesOf(path.join(root, directory))) {
      if (entry.name === '.git') repositories.add(directory);
      const kind = kinds.find(({ name }) => name.test(entry.name));
      if (kind === undefined || !entry.isFile() || isExample(entry.name, 'file')) continue;
      const depth = directory === '' ? 0 : 1;
      found.push({
        name: path.join(directory, entry.name),
        pattern: kind.pattern(entry.name, depth),
      });
    }
  if (found.length === 0) return [];
  const index = new TrackedIndex(root, repositories, environment);
  await index.ask(found.map(({ name }) => name));
  return found.filter(({ name }) => index.isTracked(name) === 'no');
}

const passedOver = new Set(['.git', 'node_modules']);
