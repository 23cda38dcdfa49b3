// The public halves of the keys that ssh's configuration names: they tell ssh inside which key of the agent is meant.

import { path } from '../base/path.ts';
import { readPublicKeyFile } from '../base/ssh-keys.ts';
import { exists, readProjectFile } from './project-file.ts';
import { expandAbsolutePath, type Expansion } from './ssh-paths.ts';

export interface PublicKey {
  /** Name of the file, different from all others: `id_work.pub`. */
  name: string;
  /** One line, without its comment. */
  text: string;
}

export type Identity =
  | { kind: 'none' }
  | { kind: 'copied'; name: string }
  /** There is a key, or may be one, that only its private half could name. */
  | { kind: 'lost'; reason: string }
  | { kind: 'absent' };

/** Collects them. Never opens a file whose name does not end in `.pub`. */
export class Identities {
  readonly publicKeys: PublicKey[] = [];
  private readonly expansion: Expansion;
  private readonly names = new Map<string, string>();

  constructor(expansion: Expansion) {
    this.expansion = expansion;
  }

  /** For the value of IdentityFile. */
  identity(written: string): Identity {
    if (written.toLowerCase() === 'none') return { kind: 'none' };
    const file = expandAbsolutePath(written, this.expansion);
    if (file === undefined) return { kind: 'lost', reason: 'its name depends on the connection' };
    for (const candidate of file.endsWith('.pub') ? [file, `${file}.pub`] : [`${file}.pub`]) {
      const name = this.copy(candidate);
      if (name !== undefined) return { kind: 'copied', name };
    }
    return exists(file)
      ? { kind: 'lost', reason: `there is no public key ${path.basename(file)}.pub beside it` }
      : { kind: 'absent' };
  }

  /** For the value of CertificateFile: the name of the copy. */
  certificate(written: string): string | undefined {
    const file = expandAbsolutePath(written, this.expansion);
    return file?.endsWith('.pub') ? this.copy(file) : undefined;
  }

  private copy(file: string): string | undefined {
    const known = this.names.get(file);
    if (known !== undefined) return known;
    const text = readPublicKeyFile(readProjectFile(file) ?? '');
    if (text === undefined || this.publicKeys.length === mostKeys) return undefined;
    const name = this.newName(path.basename(file, '.pub').replace(/[^A-Za-z0-9._-]/g, '_'));
    this.names.set(file, name);
    this.publicKeys.push({ name, text });
    return name;
  }

  private newName(wanted: string): string {
    const base = wanted.slice(0, 100).replace(/^[.-]+/, '') || 'key';
    for (let number = 1; ; number++) {
      const name = `${base}${number === 1 ? '' : `-${number}`}.pub`;
      if (this.publicKeys.every((other) => other.name !== name)) return name;
    }
  }
}

const mostKeys = 100;
