// What a start uses only once the engine has its request, or seldom at all, is loaded when something of it is first used, although the
// sources import it as usual. Which modules these are has been measured (npm run start-order); those that nobody has measured are
// loaded with the rest.
'use strict';
const path = require('node:path');
const { default: MagicString } = require('magic-string');
const startOrder = require('./start-order.json');

const root = path.join(__dirname, '..');
const [after, seldom] = [startOrder.after, startOrder.seldom].map((names) => new Set(names));

/** Their names, by what is in them: with the program and with the straight path, after the request, seldom with either. */
const chunks = {
  program: 'main',
  straight: 'straight',
  after: 'after',
  seldomOfProgram: 'more',
  seldomOfStraight: 'seldom',
};
const lazyChunks = [chunks.after, chunks.seldomOfProgram, chunks.seldomOfStraight];

/** Node loads these before our first line, or takes no time for them. */
const quickBuiltins = ['fs', 'os', 'path', 'process', 'tty', 'url'];

/**
 * rollup's `manualChunks`. Libraries that are bundled are seldom used.
 * @param {string} entry what the program begins with
 * @param {readonly string[]} straightPath what every run loads with import()
 */
function startChunks(entry, straightPath) {
  let closures;
  return (id, { getModuleInfo }) => {
    const importsOf = (one) => getModuleInfo(one).importedIds;
    closures ??= [[entry], straightPath].map((ids) => closureOf(ids, importsOf));
    const [isOfProgram, isOfStraight] = closures.map((closure) => closure.has(id));
    if (!isOfProgram && !isOfStraight) return undefined;
    const name = nameOf(id);
    if (after.has(name)) return chunks.after;
    if (seldom.has(name) || id.includes('node_modules'))
      return isOfProgram ? chunks.seldomOfProgram : chunks.seldomOfStraight;
    return isOfProgram ? chunks.program : chunks.straight;
  };
}

function closureOf(ids, importsOf) {
  const found = new Set(ids);
  for (const id of found) for (const imported of importsOf(id)) found.add(imported);
  return found;
}

/** Of our own modules that are loaded with these. */
const namesFrom = (ids, importsOf) =>
  [...closureOf(ids, importsOf)].map(nameOf).filter((name) => name.startsWith('src/'));

/** As it stands in start-order.json: `src/launch/launch`. */
const nameOf = (file) => path.relative(root, file).replace(/\.\w+$/, '');

/**
 * rollup says `chunk.name` wherever something of another file is used: so the object can be one that asks when it is asked. bin/load.js
 * hears of our own files, which may be replaced before that.
 */
const helper =
  'const lazily=(load,file,loaded)=>(file&&require.later?.(file),new Proxy({},{get:(_,name)=>(loaded??=load())[name]}));';

/**
 * A plugin of rollup's.
 * @param {(file: string) => boolean} isLazy for a file of the build, as its `require` names it
 */
const lazily = (isLazy = isLazyChunk) => ({
  name: 'lazily',
  renderChunk(code) {
    const changed = new MagicString(code);
    // Only what is given a name: not what an import() asks for.
    for (const match of code.matchAll(/(?<==\s*)require\(["']([^"']+)["']\)(?=\s*[,;])/g)) {
      const [asked, id] = match;
      const words = [`()=>${asked}`, ...(isLazy(id) ? [JSON.stringify(id)] : [])];
      if (isLazy(id) || isSlowBuiltin(id))
        changed.overwrite(match.index, match.index + asked.length, `lazily(${words.join(',')})`);
    }
    if (!changed.hasChanged()) return null;
    changed.prependLeft(code.indexOf(';') + 1, helper);
    return { code: changed.toString(), map: changed.generateMap({ hires: 'boundary' }) };
  },
});

const isLazyChunk = (file) => lazyChunks.some((name) => path.basename(file).startsWith(`${name}-`));

const isSlowBuiltin = (id) =>
  id.startsWith('node:') && !quickBuiltins.includes(id.slice('node:'.length));

/** Such chunks may ask for each other: none is begun before all that it has come from is done. */
const isHarmlessCycle = ({ code, ids = [] }) =>
  code === 'CIRCULAR_CHUNK' && ids.some((name) => lazyChunks.includes(name));

module.exports = { isHarmlessCycle, lazily, namesFrom, startChunks };
