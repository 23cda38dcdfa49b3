#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`ai: needs Node 20 or newer, this is ${process.version}`);
  process.exit(125);
}
// What a shell asks while its user waits for TAB: answered by what is built, and never built first.
const completion = path.join(root, 'dist', 'completion-program.cjs');
if (process.argv[2] === 'completion' && process.argv[3] === 'list') {
  if (existsSync(completion)) require(completion);
} else {
  // A git clone brings its own dependencies and build up to date; an installed package has both.
  if (existsSync(path.join(root, '.git'))) require('./bootstrap.js').bootstrap(root);
  require(path.join(root, 'dist', 'main.cjs')).run(process.argv.slice(2), root);
}
