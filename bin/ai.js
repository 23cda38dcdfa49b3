#!/usr/bin/env node
'use strict';
const path = require('node:path');

const root = path.join(__dirname, '..');
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`ai: needs Node 20 or newer, this is ${process.version}`);
  process.exit(125);
}
// A git clone brings its own dependencies and build up to date; an installed package has both.
if (require('node:fs').existsSync(path.join(root, '.git')))
  require('./bootstrap.js').bootstrap(root);
require(path.join(root, 'dist', 'main.cjs')).run(process.argv.slice(2), root);
