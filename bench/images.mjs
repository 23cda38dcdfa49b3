// What our images cost beside the plain one (`FROM base`, `npm install --global`): `node bench/images.mjs [assistant…] [--json]`.
// All are built from nothing: without a cache, by the same builder, in turn (`--count 3`: three times each). Needs an engine and the
// network. The plain one comes twice: alone, and with the tools that ours has.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import Docker from 'dockerode';
import { bundled, root } from '../test/support/bundled.mjs';
import { median, table } from './shared.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, count: { type: 'string', default: '1' } },
});
const names = positionals.length > 0 ? positionals : ['claude', 'gemini', 'copilot'];
const parts = await bundled('test/support/image-bench.ts');
const docker = new Docker();
const directory = mkdtempSync('/var/tmp/ai-bench-');
/** Whoever asks for a build gets one without a cache. */
const withoutCache = Object.create(docker, {
  buildImage: {
    value: (context, options) => docker.buildImage(context, { ...options, nocache: true }),
  },
});

async function main() {
  const { from: base } = await parts.baseHere(docker);
  const { Size: baseSize } = await docker.getImage(base).inspect();
  const results = [];
  for (const name of names) {
    const program = parts.packageNamed(name);
    const ways = {
      plain: (tag) => buildPlain(plainFile(base), program, tag),
      'plain with the tools': (tag) => buildPlain(plainFile(base, toolsStep()), program, tag),
      ours: (tag) => parts.buildOurs(withoutCache, { root, directory, program, tag }),
    };
    const measured = Object.fromEntries(Object.keys(ways).map((way) => [way, { seconds: [] }]));
    for (let turn = 0; turn < Number(values.count); turn++)
      for (const [way, build] of Object.entries(ways)) {
        const tag = `ai-bench/${name}:${way.replaceAll(' ', '-')}`;
        const start = performance.now();
        await build(tag);
        measured[way].seconds.push((performance.now() - start) / 1000);
        measured[way].bytes = (await docker.getImage(tag).inspect()).Size - baseSize;
        await docker.getImage(tag).remove();
      }
    for (const [way, { seconds, bytes }] of Object.entries(measured))
      results.push({ name, way, seconds: median(seconds), bytes });
  }
  show(results);
}

const plainFile = (base, tools = '') => `FROM ${base}
${tools}
COPY ca/ /tmp/ca/
ARG NPM_REGISTRY
ARG WANTED
RUN if [ -s /tmp/ca/extra.pem ]; then export NODE_EXTRA_CA_CERTS=/tmp/ca/extra.pem; fi; \\
  npm install --global --allow-scripts="\${WANTED%@*}" \${NPM_REGISTRY:+--registry="$NPM_REGISTRY"} "$WANTED"
`;

/** The step of our own Dockerfile. */
const toolsStep = () =>
  /^RUN : "git, ssh[\s\S]*?\n(?=\n)/m.exec(
    readFileSync(path.join(root, 'templates/Dockerfile'), 'utf8'),
  )[0];

async function buildPlain(dockerfile, program, tag) {
  const context = path.join(directory, 'plain');
  mkdirSync(path.join(context, 'ca'), { recursive: true });
  writeFileSync(path.join(context, 'Dockerfile'), dockerfile);
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  if (certificates) cpSync(certificates, path.join(context, 'ca/extra.pem'));
  else writeFileSync(path.join(context, 'ca/extra.pem'), '');
  const registry = await parts.npmRegistry({ environment: process.env, cwd: context });
  const proxies = parts.proxyVariables.filter((name) => process.env[name]);
  const buildargs = {
    WANTED: `${program.npm}@${parts.pinnedVersion(program)}`,
    ...(registry && { NPM_REGISTRY: registry }),
    ...Object.fromEntries(proxies.map((name) => [name, process.env[name]])),
  };
  const version = process.env.DOCKER_BUILDKIT === '0' ? 1 : 2;
  const options = { t: tag, buildargs, version, rm: true, forcerm: true };
  const stream = await withoutCache.buildImage({ context, src: ['Dockerfile', 'ca'] }, options);
  const said = (await stream.toArray()).join('');
  const error = said.split('\n').find((line) => line.includes('"error"'));
  if (error) throw new Error(error);
}

function show(results) {
  if (values.json) return console.log(JSON.stringify(results, undefined, 2));
  const rows = results.map(({ name, way, seconds, bytes }) => {
    const beside = results.find((one) => one.name === name && one.way === 'plain');
    return [
      ...[`${name}, ${way}`, seconds.toFixed(1), (seconds / beside.seconds).toFixed(2)],
      ...[(bytes / 1e6).toFixed(0), (bytes / beside.bytes).toFixed(2)],
    ];
  });
  table(['image', 'built in s', 'ratio', 'MB on the base', 'ratio'], rows);
}

try {
  await main();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
