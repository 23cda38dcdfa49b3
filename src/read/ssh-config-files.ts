// The user's ssh configuration with everything that it includes, as one list in the order in which ssh would meet it.

import { path } from '../base/path.ts';
import { parseConfigLine } from '../base/ssh-config-line.ts';
import { globFiles } from './glob.ts';
import { largestManifest, readProjectFile, realPathOf } from './project-file.ts';
import {
  dependsOnSettings,
  parseHost,
  parseMatch,
  type Condition,
} from './ssh-config-conditions.ts';
import { expandPath, type Expansion } from './ssh-paths.ts';

export type ConfigItem =
  /** From here on settings count where all conditions hold. A block that goes on behind an Include keeps its number. */
  | {
      kind: 'block';
      block: number;
      conditions: readonly Condition[];
      /** It began before an Include already. */
      goesOn: boolean;
      at: string;
    }
  | {
      kind: 'setting';
      block: number;
      keyword: string;
      rest: string;
      words: readonly string[];
      /** For people: `~/.ssh/config:12`. */
      at: string;
    };

export interface ConfigContent {
  items: readonly ConfigItem[];
  warnings: readonly string[];
}

/** As in OpenSSH (readconf.c, READCONF_MAX_DEPTH). */
const deepest = 16;
const mostFiles = 256;
const mostItems = 20_000;

/** What ssh would read for the user. No file, no items. Symlinks are followed: it is the user's own. */
export function readConfigFiles(expansion: Expansion): ConfigContent {
  const reader = new ConfigReader(expansion);
  const file = path.join(expansion.home, '.ssh/config');
  if (realPathOf(file) !== undefined) reader.read(file, { block: 0, conditions: [] }, []);
  return reader;
}

interface Block {
  block: number;
  conditions: readonly StandingCondition[];
}

/** `since`: how many items there were when it was asked. */
interface StandingCondition {
  condition: Condition;
  since: number;
}

class ConfigReader implements ConfigContent {
  readonly items: ConfigItem[] = [];
  readonly warnings: string[] = [];
  private readonly expansion: Expansion;
  private files = 0;
  private blocks = 0;
  private cut = false;

  constructor(expansion: Expansion) {
    this.expansion = expansion;
  }

  /** Reads a file in the place of an Include in the block `outer`. `way`: the files that led here. */
  read(file: string, outer: Block, way: readonly string[]): void {
    const shown = this.show(file);
    const text = this.open(file, way);
    if (text === undefined) return;
    let current = outer;
    text.split('\n').forEach((line, index) => {
      current = this.readLine(line, `${shown}:${index + 1}`, current, outer, [
        ...way,
        realPathOf(file) ?? file,
      ]);
    });
  }

  private open(file: string, way: readonly string[]): string | undefined {
    const shown = this.show(file);
    if (way.includes(realPathOf(file) ?? file)) {
      this.warn(`${shown} includes itself`);
      return undefined;
    }
    if (way.length > deepest || ++this.files > mostFiles) {
      this.warn(`${shown} is left out: the configuration includes too much`);
      return undefined;
    }
    const text = readProjectFile(file, largestManifest);
    if (text === undefined) this.warn(`${shown} is left out: it cannot be read`);
    return text;
  }

  private readLine(
    text: string,
    at: string,
    current: Block,
    outer: Block,
    way: readonly string[],
  ): Block {
    const line = parseConfigLine(text);
    if (line.kind === 'empty') return current;
    const isBlock = line.keyword === 'host' || line.keyword === 'match';
    if (line.kind === 'malformed') {
      this.warn(`${at} is left out: it is malformed`);
      if (!isBlock) return current;
    }
    const { block } = current;
    if (this.items.length >= mostItems) {
      if (!this.cut) this.warn(`${at}: the configuration is too long, the rest is left out`);
      this.cut = true;
      return current;
    }
    const words = line.kind === 'malformed' ? [] : line.words;
    if (isBlock)
      return this.begin(outer, (line.keyword === 'host' ? parseHost : parseMatch)(words), at);
    if (line.kind === 'malformed') return current;
    if (line.keyword === 'include') this.include(words, at, current, way);
    else this.items.push({ ...line, kind: 'setting', block, at });
    return current;
  }

  private begin(outer: Block, condition: Condition, at: string): Block {
    const standing = { condition, since: this.items.length };
    const opened = { block: ++this.blocks, conditions: [...outer.conditions, standing] };
    this.push(opened, at, outer.conditions.length);
    return opened;
  }

  /** OpenSSH goes on behind an Include as before it, whatever the included files asked last. */
  private include(
    words: readonly string[],
    at: string,
    current: Block,
    way: readonly string[],
  ): void {
    for (const word of words) {
      const pattern = expandPath(word, this.expansion);
      if (pattern === undefined) {
        this.warn(`${at}: Include ${word} is left out: what it names cannot be told`);
        continue;
      }
      const absolute = path.resolve(this.expansion.home, '.ssh', pattern);
      for (const file of globFiles(absolute, mostFiles)) {
        const before = this.blocks;
        this.read(file, current, way);
        if (this.blocks > before) this.push(current, at, current.conditions.length);
      }
    }
  }

  /** The first `repeated` conditions are asked again, which ssh does not do: they must still have the same outcome. */
  private push({ block, conditions }: Block, at: string, repeated: number): void {
    this.items.push({
      kind: 'block',
      block,
      at,
      goesOn: repeated === conditions.length,
      conditions: conditions.map((standing, index) =>
        index < repeated && this.hasChanged(standing)
          ? {
              kind: 'unknowable',
              text: 'Include',
              reason: 'the Match around it is about what it changes',
            }
          : standing.condition,
      ),
    });
  }

  private hasChanged({ condition, since }: StandingCondition): boolean {
    return (
      dependsOnSettings(condition) &&
      this.items
        .slice(since)
        .some((item) => item.kind === 'setting' && /^(hostname|user)$/.test(item.keyword))
    );
  }

  private warn(text: string): void {
    this.warnings.push(text);
  }

  private show(file: string): string {
    const { home } = this.expansion;
    return file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file;
  }
}
