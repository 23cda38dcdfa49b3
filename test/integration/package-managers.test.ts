// The real apt, pip, cargo and go with `network: allowlist`: apt takes the others from the image's own mirrors; what these load comes
// from registries of the test, under names that a company's proxy alone knows.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imageMirrors } from '../../src/images/apt-sources.ts';
import { runAi, type AiResult } from '../support/ai.ts';
import { CorporateProxy } from '../support/corporate-proxy.ts';
import { stateOf } from '../support/left-behind.ts';
import { installMissing } from '../support/packages.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { takeNames } from '../support/vendor-names.ts';

/** Registries, and where two of them have their files; nothing is set to use the last one. */
const names = ['pip', 'pip-files', 'cargo', 'cargo-files', 'go', 'evil'].map(
  (name) => `${name}.ai-test.invalid`,
);
const [pip, pipFiles, cargo, cargoFiles, go, evil] = names as [
  ...[string, string, string, string, string, string],
];

const home = temporaryDirectory();
const cwd = temporaryDirectory();
const pages = temporaryDirectory();
const vendor = takeNames(names, '127.0.0.1');
let server: Server;
let proxy: CorporateProxy;

beforeAll(async () => {
  installMissing({ pip3: ['python3-pip'] });
  server = createServer(vendor.tls, ({ url = '' }, response) => {
    const file = url.replace(/\/$/, '/index.html');
    try {
      if (file.endsWith('.html')) response.setHeader('Content-Type', 'text/html');
      response.end(readFileSync(path.join(pages, file)));
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  proxy = new CorporateProxy(Object.fromEntries(names.map((name) => [name, port])));
  await proxy.start();
  publishWheels();
  publishCrate();
  publishModule();
  setUpHost();
  const first = await run('true');
  expect(first, first.stderr).toMatchObject({ code: 0 });
});
afterAll(() => {
  server.close();
  proxy.stop();
});

function put(directory: string, file: string, content: string | Buffer): void {
  const place = path.join(directory, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, content);
}

/** @param files content by name */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const program = [
    'import sys, json, zipfile, io',
    'out = io.BytesIO()',
    'with zipfile.ZipFile(out, "w") as z:',
    '  for name, text in json.load(sys.stdin).items(): z.writestr(name, text)',
    'sys.stdout.buffer.write(out.getvalue())',
  ].join('\n');
  return execFileSync('python3', ['-c', program], { input: JSON.stringify(files) });
}

function publishWheels(): void {
  const page = (name: string, file: string, host: string): void => {
    put(pages, `simple/${name}/index.html`, `<a href="https://${host}/files/${file}">${file}</a>`);
  };
  page('pip', 'pip-1.0-py3-none-any.whl', pipFiles);
  for (const [name, host] of [
    ['ai_test_one', pipFiles],
    ['ai_test_two', evil],
  ] as const) {
    const info = `${name}-1.0.dist-info`;
    const wheel = zip({
      [`${name}.py`]: `print("wheel ${name}")\n`,
      [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
      [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
      [`${info}/RECORD`]: `${name}.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`,
    });
    put(pages, `files/${name}-1.0-py3-none-any.whl`, wheel);
    page(name.replaceAll('_', '-'), `${name}-1.0-py3-none-any.whl`, host);
  }
}

/** The Cargo Book, Index Format. */
function publishCrate(): void {
  const name = 'ai-test-one';
  const tree = temporaryDirectory();
  put(tree, `${name}-1.0.0/Cargo.toml`, `[package]\nname = "${name}"\nversion = "1.0.0"\n`);
  put(tree, `${name}-1.0.0/src/lib.rs`, '');
  const crate = execFileSync('tar', ['-C', tree, '-cz', `${name}-1.0.0`]);
  const cksum = createHash('sha256').update(crate).digest('hex');
  const entry = { name, vers: '1.0.0', deps: [], features: {}, yanked: false, cksum };
  put(pages, 'index/config.json', JSON.stringify({ dl: `https://${cargoFiles}/crates` }));
  put(pages, `index/ai/-t/${name}`, `${JSON.stringify(entry)}\n`);
  put(pages, `crates/${name}/1.0.0/download`, crate);
}

/** go help goproxy. */
function publishModule(): void {
  const versions = 'example.com/one/@v';
  put(pages, `${versions}/list`, 'v1.0.0\n');
  put(pages, `${versions}/v1.0.0.info`, '{"Version":"v1.0.0"}');
  put(pages, `${versions}/v1.0.0.mod`, 'module example.com/one\n');
  const files = { 'go.mod': 'module example.com/one\n', 'one.go': 'package one\n' };
  const inZip = Object.entries(files).map(([file, text]) => [
    `example.com/one@v1.0.0/${file}`,
    text,
  ]);
  put(pages, `${versions}/v1.0.0.zip`, zip(Object.fromEntries(inZip) as Record<string, string>));
}

/** What a user has set, for the programs of this machine. */
function setUpHost(): void {
  const certificate = vendor.env['AI_CA_CERTIFICATES'] ?? '';
  put(
    home,
    '.config/pip/pip.conf',
    `[global]\nindex-url = https://${pip}/simple\ncert = ${certificate}\n`,
  );
  put(home, '.config/go/env', `GOPROXY=https://${go},direct\n`);
  put(
    home,
    `.cargo/registry/index/${cargo}-0123456789abcdef/config.json`,
    JSON.stringify({ dl: `https://${cargoFiles}/crates` }),
  );
}

/** The mirrors of the image are reached without the company's proxy. */
function mirrors(): readonly string[] {
  const images = path.join(stateOf(home), 'images');
  const [image = ''] = readdirSync(images).filter((name) => name.startsWith('ai-in-docker'));
  return imageMirrors(path.join(images, image)).map((url) => new URL(url).hostname);
}

const run = (script: string, direct: readonly string[] = []): Promise<AiResult> =>
  runAi(['--yes', '--network', 'allowlist', '--root', 'exec', '--', 'bash', '-c', script], {
    ...{ home, cwd },
    env: { ...vendor.env, ...proxy.env, NO_PROXY: direct.join(), PIP_NO_INDEX: undefined },
  });

it('apt, pip, cargo and go have what the registries of this machine have, and nothing of another one', async () => {
  const dependency = '[dependencies.ai-test-one]\nversion = "1"\nregistry = "own"\n';
  put(cwd, 'Cargo.toml', `[package]\nname = "own"\nversion = "1.0.0"\n${dependency}`);
  put(cwd, 'src/lib.rs', '');
  put(cwd, 'go.mod', 'module own\n\ngo 1.20\n');
  const registries = (ofCargo: string, ofGo: string): string =>
    `export CARGO_REGISTRIES_OWN_INDEX=sparse+https://${ofCargo}/index/ GOPROXY=https://${ofGo}`;
  const { stdout, stderr, code } = await run(
    [
      'exec 2>&1; set -e; export DEBIAN_FRONTEND=noninteractive GOSUMDB=off GOFLAGS=-mod=mod CARGO_NET_RETRY=0',
      'apt-get -qq update; apt-get -qq install -y --no-install-recommends python3-pip cargo golang-go >/tmp/log || cat /tmp/log',
      registries(cargo, go),
      `pip="pip3 install -q --retries 0 --break-system-packages --index-url https://${pip}/simple"`,
      '$pip ai-test-one; python3 -c "import ai_test_one"',
      'cargo fetch -q; cd ~/.cargo/registry; ls -d index/*; ls cache/*/*; cat index/*/config.json; cd -',
      'go get example.com/one@v1.0.0; ls ~/go/pkg/mod/example.com',
      'echo; echo == another; set +e; rm -rf Cargo.lock ~/.cargo/registry ~/go',
      registries(evil, evil),
      '$pip ai-test-two; cargo fetch; go mod download example.com/one@v1.0.0',
    ].join('\n'),
    mirrors(),
  );
  const [had = '', refused = ''] = stdout.split('== another\n');
  const all = `${stdout}\n${stderr}\n${proxy.asked.join('\n')}`;
  expect(had, all).toContain('wheel ai_test_one\n');
  // The name that cargo gives the directory, and what it keeps there, tell the host what is reached (package-registries.ts).
  expect(had, all).toMatch(new RegExp(`^index/${cargo}-[0-9a-f]{16}$`, 'm'));
  expect(had, all).toMatch(
    new RegExp(`^cache/${cargo}-[0-9a-f]{16}/ai-test-one-1.0.0.crate$`, 'm'),
  );
  expect(had, all).toContain(`{"dl":"https://${cargoFiles}/crates"}`);
  expect(had, all).toContain('one@v1.0.0\n');

  expect(code, all).toBe(1);
  expect(refused).toMatch(/ProxyError.*Tunnel connection failed: 403/);
  expect(refused).toContain(`https://${evil}/index/config.json`);
  expect(refused).toContain(`${evil} is not allowed: ai net allow ${evil}\n`);
  expect(stderr.match(new RegExp(`ai net allow ${evil}  lets`, 'g'))).toHaveLength(1);
  expect(new Set(proxy.asked)).toEqual(
    new Set([pip, pipFiles, cargo, cargoFiles, go].map((name) => `CONNECT ${name}:443`)),
  );
});
