// What a launch costs: `npm run bench -- [--fake] [--check] [--write] [--count 21] [--json results.json]`.
// Ratios of one run, with the things that are compared in turn. --fake needs no engine: our own share, beside the start of Node.
// --check ends with 1 where a share is more than 15 % above its baseline, and says in which phase; --write makes the baseline.

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Installation } from './launch/installation.mjs';
import { measureMemory } from './launch/memory.mjs';
import { measureOwnShare } from './launch/own-share.mjs';
import { measureWithEngine } from './launch/with-engine.mjs';
import { table } from './shared.mjs';

const { values } = parseArgs({
  options: {
    fake: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    count: { type: 'string', default: '21' },
    json: { type: 'string' },
  },
});
const count = Number(values.count);
const baselineFile = new URL('launch/baseline.json', import.meta.url);
const tolerance = 1.15;
/** A machine that was busy for a moment is measured again before it is believed. */
const attempts = 3;

async function main() {
  const baseline = JSON.parse(readFileSync(baselineFile, 'utf8'));
  const installation = new Installation();
  try {
    let own = await measureOwnShare(installation, count);
    for (let more = attempts - 1; values.check && more > 0; more--) {
      if (slower(own.rows, baseline).length === 0) break;
      own = best(own, await measureOwnShare(installation, count));
    }
    const { rows, phases } = own;
    const others = values.fake
      ? []
      : [...(await measureMemory(installation)), ...(await measureWithEngine(installation, count))];
    show([...rows, ...others], baseline);
    const results = { rows: [...rows, ...others], phases };
    if (values.json !== undefined) writeJson(values.json, results);
    if (values.write) writeJson(baselineFile, await measureBaseline(installation, own));
    const regressed = slower(rows, baseline);
    if (regressed.length > 0) explain(regressed, phases, baseline);
    if (values.check && regressed.length > 0) process.exitCode = 1;
  } finally {
    installation.remove();
  }
}

const slower = (rows, { ratios }) =>
  rows.filter(({ what, ratio }) => ratio > (ratios[what] ?? Infinity) * tolerance);

/** Of three measurements the slowest: that much a quiet machine differs from itself. */
async function measureBaseline(installation, own) {
  const all = [own];
  while (all.length < 3) all.push(await measureOwnShare(installation, count));
  return baselineOf({
    rows: own.rows.map(({ what }, at) => ({
      what,
      ratio: Math.max(...all.map(({ rows }) => rows[at].ratio)),
    })),
    phases: own.phases,
  });
}

/** Of two measurements the faster rows: what is slow in one of them only was not ours. */
const best = (one, other) => ({
  rows: one.rows.map((row, at) => (row.ratio <= other.rows[at].ratio ? row : other.rows[at])),
  phases: other.phases,
});

function show(rows, { ratios }) {
  const number = (value, digits = 2) => (value === undefined ? '' : value.toFixed(digits));
  table(
    ['', 'ratio', 'target', 'baseline', 'ms'],
    rows.map(({ what, ratio, target, ms }) => [
      what,
      ...[ratio, target, ratios[what]].map((value) => number(value)),
      number(ms, 0),
    ]),
  );
}

/** The phases by how much longer they have become, the worst first. */
function explain(rows, phases, baseline) {
  for (const { what, ratio } of rows)
    console.log(`\nslower: ${what}: ${ratio.toFixed(2)}, was ${baseline.ratios[what].toFixed(2)}`);
  const changes = Object.entries(phases)
    .map(([phase, ratio]) => ({ phase, ratio, before: baseline.phases[phase] ?? 0 }))
    .sort((one, other) => other.ratio - other.before - (one.ratio - one.before));
  console.log('phases of a run, in starts of Node (AI_TRACE=1):');
  table(
    ['', 'now', 'before', 'change'],
    changes.map(({ phase, ratio, before }) => [
      phase,
      ...[ratio, before, ratio - before].map((value) => value.toFixed(2)),
    ]),
  );
}

const rounded = (entries) =>
  Object.fromEntries(entries.map(([name, value]) => [name, Number(value.toFixed(3))]));

const baselineOf = ({ rows, phases }) => ({
  ratios: rounded(rows.map(({ what, ratio }) => [what, ratio])),
  phases: rounded(Object.entries(phases)),
});

const writeJson = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

await main();
