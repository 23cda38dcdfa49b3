// What takes out of a program's output what a terminal is not to see.

export interface OutputFilter {
  /** What may be written of the output. */
  push: (data: Buffer) => Buffer;
  /** What is left to write after all of it. */
  end: () => Buffer;
}
