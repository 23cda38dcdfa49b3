// What git says of the changes between two trees, taken apart: which files, how much of each, and the text of their diffs. Pure.

import { Buffer } from 'node:buffer';
import { textOfBytes } from '../../base/byte-names.ts';

export interface StagedFile {
  /** Below the repository's top. Bytes that are no UTF-8 stand there as `textOfBytes` has them. */
  path: string;
  /** Where it was before, for one that was renamed or copied. */
  from?: string;
  /** A letter of git's: added, copied, deleted, modified, renamed, another type. */
  status: string;
  /** Lines; undefined where git takes it for binary. */
  added: number | undefined;
  removed: number | undefined;
  /** As git has them: `100644`, `000000` for none. */
  modes: readonly [before: string, after: string];
}

/** The diff of one file. */
export interface FileDiff extends StagedFile {
  /** From `diff --git` on; undefined where it is more than anybody would send. */
  diff: string | undefined;
}

/** The output of `git diff-tree -r -z --raw --numstat`: first a record for each file, then its lines. */
export function readChanges(output: Buffer): readonly StagedFile[] {
  const fields = splitAtNul(output);
  const files: Omit<StagedFile, 'added' | 'removed'>[] = [];
  const lines: (readonly [number | undefined, number | undefined])[] = [];
  for (let at = 0; at < fields.length;) {
    const head = fields[at++] ?? '';
    const [, before = '', after = '', status = ''] =
      /^:(\d+) (\d+) \S+ \S+ ([A-Z])\d*$/.exec(head) ?? [];
    if (status !== '') {
      const first = fields[at++] ?? '';
      const moved = status === 'R' || status === 'C';
      const path = moved ? (fields[at++] ?? '') : first;
      files.push({ path, status, modes: [before, after], ...(moved && { from: first }) });
      continue;
    }
    const [, added = '-', removed = '-', path = ''] = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(head) ?? [];
    lines.push([countOf(added), countOf(removed)]);
    // Both names of one that was renamed stand behind it.
    if (path === '') at += 2;
  }
  return files.map((file, index) => {
    const [added, removed] = lines[index] ?? [];
    return { ...file, added, removed };
  });
}

const countOf = (text: string): number | undefined => (text === '-' ? undefined : Number(text));

function splitAtNul(output: Buffer): readonly string[] {
  const fields: string[] = [];
  for (let from = 0; from < output.length;) {
    const end = output.indexOf(0, from);
    const to = end < 0 ? output.length : end;
    fields.push(textOfBytes(output.subarray(from, to)));
    from = to + 1;
  }
  return fields;
}

/** Bytes that are kept of all diffs together: far more than is sent. */
const mostKept = 8 * 1024 * 1024;

const beginning = Buffer.from('diff --git ');

/** Takes the output of `git diff-tree -r -p` as it comes, and keeps of each file what may be of use. */
export class DiffReader {
  private readonly sections: { lines: Buffer[]; size: number }[] = [];
  private rest: Buffer = Buffer.alloc(0);
  private kept = 0;
  /** In the middle of a line that was too long to wait for its end. */
  private isInLine = false;

  /** @param most bytes of one file beyond which its diff is not kept */
  constructor(private readonly most: number) {}

  push(chunk: Buffer): void {
    const data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let from = 0;
    for (let end = data.indexOf(10, from); end >= 0; end = data.indexOf(10, from)) {
      this.take(data.subarray(from, end + 1));
      this.isInLine = false;
      from = end + 1;
    }
    this.rest = data.subarray(from);
    // A line that does not end: what it begins with is enough to know that it is too much.
    if (this.rest.length > this.most) {
      this.take(this.rest);
      this.rest = Buffer.alloc(0);
      this.isInLine = true;
    }
  }

  /** The diffs of the files that `readChanges` has listed, in the same order. */
  end(files: readonly StagedFile[]): readonly FileDiff[] {
    if (this.rest.length > 0) this.take(this.rest);
    this.rest = Buffer.alloc(0);
    // What becomes of another type is taken away, and made anew.
    const partsOf = ({ status }: StagedFile): number => (status === 'T' ? 2 : 1);
    const expected = files.reduce((sum, file) => sum + partsOf(file), 0);
    // Nothing is told of one file that is another's.
    if (this.sections.length !== expected)
      return files.map((file) => ({ ...file, diff: undefined }));
    let at = 0;
    return files.map((file) => {
      const own = this.sections.slice(at, (at += partsOf(file)));
      const isWhole = own.length > 0 && own.every(({ size, lines }) => size === sizeOf(lines));
      const text = Buffer.concat(own.flatMap(({ lines }) => lines)).toString('utf8');
      return { ...file, diff: isWhole ? text : undefined };
    });
  }

  private take(line: Buffer): void {
    // Every line of a diff itself begins with a sign.
    if (!this.isInLine && line.subarray(0, beginning.length).equals(beginning))
      this.sections.push({ lines: [], size: 0 });
    const section = this.sections.at(-1);
    if (section === undefined) return;
    section.size += line.length;
    if (section.size > this.most || this.kept + line.length > mostKept) {
      this.kept -= sizeOf(section.lines);
      section.lines = [];
      return;
    }
    // Its size no longer fits what is kept of it once a line was left out.
    section.lines.push(Buffer.from(line));
    this.kept += line.length;
  }
}

const sizeOf = (lines: readonly Buffer[]): number =>
  lines.reduce((sum, { length }) => sum + length, 0);
