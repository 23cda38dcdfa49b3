// What V8 has compiled of the build, kept for later starts: used, never taken for another source, and in nobody's way.

import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { workingTree } from '../../support/installation.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let dist: string;
beforeEach(() => {
  dist = path.join(temporaryDirectory(), 'dist');
  mkdirSync(path.join(dist, 'main-chunks'), { recursive: true });
  write('main.cjs', "exports.value = require('./main-chunks/a-1.cjs').value;");
  write('main-chunks/a-1.cjs', "exports.value = 'one';");
});

const write = (name: string, text: string): void => {
  writeFileSync(path.join(dist, name), text);
};

interface Start {
  /** As after a run, as after another command, or as after a failure. */
  end?: 'run' | 'other' | 'failure';
  options?: readonly string[];
}

/** What main.cjs exports as `value`, in a process of its own. */
function start({ end = 'run', options = [] }: Start = {}): unknown {
  const script = `const { main, keep } = require(${JSON.stringify(path.join(workingTree, 'bin/load.js'))}).load(${JSON.stringify(dist)});
    Promise.resolve(main.value).then((value) => console.log(JSON.stringify(value)));
    ${end === 'failure' ? '' : `keep(${String(end === 'run')});`}`;
  const words = [...options, '-e', script];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
}

const kept = (): readonly string[] =>
  readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.bin'))
    .map((name) => path.basename(name))
    .sort();

describe('the build', () => {
  it('is compiled once', () => {
    expect(start()).toBe('one');
    expect(kept()).toEqual(['a-1.cjs.bin']);
    // No build does this: it shows whose code runs.
    write('main-chunks/a-1.cjs', "exports.value = 'two';");
    expect(start()).toBe('one');
  });

  it('is asked for again where a part of it could not be loaded', () => {
    write(
      'main.cjs',
      `const load = () => { try { return require('./main-chunks/a-1.cjs').value } catch (error) { return error.message } };
       const first = load();
       require('node:fs').writeFileSync(__dirname + '/main-chunks/a-1.cjs', 'exports.value = "mended"');
       exports.value = [first, load()];`,
    );
    write('main-chunks/a-1.cjs', "exports.value = 'half'; throw new Error('broken')");
    expect(start()).toEqual(['broken', 'mended']);
  });

  it('is what it says after another build', () => {
    start();
    write('main.cjs', "exports.value = require('./main-chunks/a-2.cjs').value;");
    write('main-chunks/a-2.cjs', "exports.value = 'two';");
    expect(start()).toBe('two');
    expect(kept()).toEqual(['a-1.cjs.bin', 'a-2.cjs.bin']);
  });

  it.each([
    ['nothing', ''],
    ['a text', 'no code of V8'],
    ['zeros', '\0'.repeat(5000)],
  ])('is compiled anew, and kept after a run, where %s is kept', (_what, text) => {
    start();
    const [name = ''] = readdirSync(path.join(dist, 'compiled'));
    const file = path.join('compiled', name, 'a-1.cjs.bin');
    write(file, text);
    expect(start({ end: 'other' })).toBe('one');
    expect(readFileSync(path.join(dist, file), 'utf8')).toBe(text);
    expect(start()).toBe('one');
    write('main-chunks/a-1.cjs', "exports.value = 'two';");
    expect(start()).toBe('one');
  });

  it('is kept for each set of V8’s options: it takes none of another', () => {
    const options = ['--max-old-space-size=4096'];
    start();
    expect(start({ options })).toBe('one');
    expect(kept()).toEqual(['a-1.cjs.bin', 'a-1.cjs.bin']);
    write('main-chunks/a-1.cjs', "exports.value = 'two';");
    expect([start(), start({ options })]).toEqual(['one', 'one']);
  });

  it('is kept as a run has left it: other commands only add to that', () => {
    start({ end: 'other' });
    start({ end: 'failure' });
    expect(kept()).toEqual([]);
    start();
    write('main.cjs', "exports.value = require('./main-chunks/b-1.cjs').value;");
    write('main-chunks/b-1.cjs', "exports.value = 'b';");
    expect(start({ end: 'other' })).toBe('b');
    expect(kept()).toEqual(['a-1.cjs.bin', 'b-1.cjs.bin']);
  });

  it.runIf(process.getuid?.() === 0)('of somebody else stays as it is', () => {
    chownSync(dist, 4321, 4321);
    expect(start()).toBe('one');
    expect(kept()).toEqual([]);
  });

  it('is the one that a run was begun with, also where something of it is first used at the end', () => {
    write(
      'main.cjs',
      "require.later('./main-chunks/a-1.cjs'); exports.load = () => require('./main-chunks/a-1.cjs').value;",
    );
    const [loader, own, replaced] = ['bin/load.js', dist, path.join(dist, 'main-chunks')].map(
      (name) => JSON.stringify(path.resolve(workingTree, name)),
    );
    const script = `let second;
      globalThis.setTimeout = (callback) => ((second = callback), { unref: () => undefined });
      const { main } = require(${loader}).load(${own});
      second();
      require('node:fs').rmSync(${replaced}, { recursive: true });
      console.log(main.load());`;
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe('one\n');
  });

  it('is loaded by Node where source maps are wanted', () => {
    expect(start({ options: ['--enable-source-maps'] })).toBe('one');
    expect(kept()).toEqual([]);
  });

  it('has the libraries beside it, what Node has, and itself once', () => {
    const library = path.join(dist, '../node_modules/lib');
    mkdirSync(library, { recursive: true });
    writeFileSync(path.join(library, 'index.js'), "module.exports = 'library';");
    write(
      'main-chunks/a-1.cjs',
      `exports.count = 0;
      exports.value = [require('lib'), require('node:path').sep, require('./b-1.cjs'), require('./b-1.cjs')];`,
    );
    write('main-chunks/b-1.cjs', "module.exports = ++require('./a-1.cjs').count;");
    for (let times = 0; times < 2; times++) expect(start()).toEqual(['library', '/', 1, 1]);
  });
});
