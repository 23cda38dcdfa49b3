// What the record of a setting holds.

import type { ValueType } from './types.ts';

export interface SettingRecord<T = unknown> {
  readonly type: ValueType<T & {}>;
  readonly default: T;
  /** As commander writes options. A list's flag may be given several times. */
  readonly flag?: string;
  /** A flag without a value that stands for one: `--no-ssh` for `none`. */
  readonly shorthand?: { readonly flag: string; readonly means: string; readonly help: string };
  readonly help: string;
  /** `harmless` settings count in a project file that nobody has trusted; `host` ones reach the host. */
  readonly trust: 'harmless' | 'host';
  /**
   * A number that limits a run. Of a project nobody trusts it counts where it is stricter than what holds without it, and no less
   * than this: with less, every run would fail.
   */
  readonly leastOfStrangers?: number;
  /** Values of a harmless setting that do reach the host, as they stand in a file. `providers` are known by name. */
  readonly reachesHost?: (data: unknown, providers: readonly string[]) => boolean;
}

/** Keeps the type of the value. */
export const setting = <T>(record: SettingRecord<T>): SettingRecord<T> => record;
