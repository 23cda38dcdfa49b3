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
  say(`${require('../package.json').version}\n`);
} else {
  // A git clone brings its own dependencies and build up to date; an installed package has both.
  if (existsSync(path.join(root, '.git'))) require('./bootstrap.js').bootstrap(root);
  const overview = isHelp()
    ? require('../dist/overview-program.cjs').overviewText(process.env)
    : undefined;
  if (overview !== undefined) say(overview);
  else {
    const { main, keep } = require('./load.js').load(dist);
    main.run(process.argv.slice(2), root, keep);
  }
}

/** Of `ai` as a whole. */
function isHelp() {
  return ['--help', '-h', 'help'].includes(first) && second === undefined;
}

/** Not by console.log: that loads streams first. A reader that has gone is no crash. */
function say(text) {
  try {
    writeSync(1, text);
  } catch (error) {
    if (error.code === 'EAGAIN') process.stdout.write(text);
  }
}
