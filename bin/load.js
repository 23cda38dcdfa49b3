// Loads the build with what V8 has compiled of it before: to compile it anew takes longer than all else at a start.
'use strict';
const {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

/** Milliseconds, from which on a run may outlive the files that it was begun from: an update replaces them. */
const timeToReplacement = 1000;

/**
 * @param {string} dist directory of the build
 * @returns {{ main: object, keep: (isRun: boolean) => void }} what main.cjs exports, and what keeps the compiled code for later starts
 */
function load(dist) {
  const file = path.join(dist, 'main.cjs');
  // Source maps are a matter of the usual loader.
  if (process.sourceMapsEnabled) return { main: require(file), keep: () => undefined };
  const kept = path.join(dist, 'compiled', kindOfV8());
  const loader = new Loader(kept);
  setTimeout(() => loader.readLater(), timeToReplacement).unref();
  return { main: loader.load(file), keep: (isRun) => keep(dist, kept, loader, isRun) };
}

/**
 * V8 takes nothing of another version, nor of one with other options (NODE_OPTIONS=--max-old-space-size=… is one). A directory for
 * each, so that two of them do not replace each other's.
 */
function kindOfV8() {
  const kind = `${process.version}-${process.arch}`;
  const options = [process.env.NODE_OPTIONS, ...process.execArgv].filter(Boolean).join(' ');
  return options === '' ? kind : `${kind}-${encodeURIComponent(options)}`.slice(0, 200);
}

class Loader {
  #kept;
  #modules = new Map();
  /** Files that are loaded when they are first used, and their text once it has been read. */
  #later = new Map();
  /** Scripts that had to be compiled, by the name of the file that is to keep it. */
  fresh = new Map();
  /** The same of those of which something was kept that V8 did not take. */
  rejected = new Map();

  constructor(kept) {
    this.#kept = kept;
  }

  load(file) {
    const known = this.#modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {}, id: file, filename: file };
    this.#modules.set(file, module);
    const directory = path.dirname(file);
    try {
      const run = this.#compile(file).runInThisContext();
      run.call(module.exports, module.exports, this.#requireIn(directory), module, file, directory);
    } catch (error) {
      // What is half there would be taken for all of it.
      this.#modules.delete(file);
      throw error;
    }
    return module.exports;
  }

  /** What may be needed at the end of a run is taken from what was there at its beginning. */
  readLater() {
    for (const [file, text] of this.#later)
      if (text === undefined && !this.#modules.has(file))
        this.#later.set(file, readIfThere(file, 'utf8'));
  }

  #compile(file) {
    const text = this.#later.get(file) ?? readFileSync(file, 'utf8');
    const source = `(function (exports, require, module, __filename, __dirname) {${text}\n})`;
    const options = { filename: file };
    // The names of chunks say what is in them: what is kept for one is never of another source. That of main.cjs does not.
    const name = `${path.basename(file)}.bin`;
    if (name === 'main.cjs.bin') return new vm.Script(source, options);
    const cachedData = readIfThere(path.join(this.#kept, name));
    const script = new vm.Script(source, { ...options, cachedData });
    if (cachedData === undefined) this.fresh.set(name, script);
    else if (script.cachedDataRejected) this.rejected.set(name, script);
    return script;
  }

  #requireIn(directory) {
    let others;
    const fileOf = (id) =>
      id.startsWith('./') ? `${directory}/${id.slice(2)}` : path.join(directory, id);
    const requireHere = (id) => {
      if (id.endsWith('.cjs')) return this.load(fileOf(id));
      if (id.startsWith('node:')) return require(id);
      // node:module takes its time, and most starts need no library.
      others ??= require('node:module').createRequire(path.join(directory, 'main.cjs'));
      return others(id);
    };
    // Called by what bin/lazy-chunks.js makes.
    requireHere.later = (id) => {
      const file = fileOf(id);
      this.#later.set(file, this.#later.get(file));
    };
    return requireHere;
  }
}

/**
 * V8 keeps those functions that have been called. So the first to be kept are those of a run, and what other commands need of their
 * own comes to it later. Each file appears whole. Where nothing can be written, the next start compiles again.
 */
function keep(dist, kept, { fresh, rejected }, isRun) {
  const scripts = new Map([...fresh, ...(isRun ? rejected : [])]);
  if (scripts.size === 0 || (!isRun && !existsSync(kept))) return;
  try {
    // Files of root in somebody's clone would be in the way of the next build.
    if (statSync(dist).uid !== process.getuid?.()) return;
    mkdirSync(kept, { recursive: true });
    const own = mkdtempSync(`${kept}.`);
    try {
      for (const [name, script] of scripts) {
        writeFileSync(path.join(own, name), script.createCachedData(), { flush: true });
        renameSync(path.join(own, name), path.join(kept, name));
      }
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  } catch {
    // Nothing is lost.
  }
}

function readIfThere(file, encoding) {
  try {
    return readFileSync(file, encoding);
  } catch {
    return undefined;
  }
}

module.exports = { load };
