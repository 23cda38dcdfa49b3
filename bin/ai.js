#!/usr/bin/env node
'use strict';
const { existsSync, writeSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const dist = path.join(root, 'dist');
const [first, second] = process.argv.slice(2);
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`ai: needs Node 20 or newer, this is ${process.version}`);
  process.exit(125);
}
// What a shell asks while its user waits for TAB: answered by what is built, and never built first.
const completion = path.join(dist, 'completion-program.cjs');
if (first === 'completion' && second === 'list') {
  if (existsSync(completion)) require(completion);
} else if (first === '--version' && second === undefined && existsSync(completion)) {
  sayVersion(require('../package.json').version);
} else {
  // A git clone brings its own dependencies and build up to date; an installed package has both.
  if (existsSync(path.join(root, '.git'))) require('./bootstrap.js').bootstrap(root);
  const { main, keep } = require('./load.js').load(dist);
  main.run(process.argv.slice(2), root, keep);
}

/** Not by console.log: that loads streams first. A reader that has gone is no crash. */
function sayVersion(version) {
  try {
    writeSync(1, `${version}\n`);
  } catch (error) {
    if (error.code === 'EAGAIN') console.log(version);
  }
}
