// An index for pip with one package of one module, where containers reach it: at this machine's address on the engine's bridge.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { hostAddressOnBridge } from './engine.ts';
import { temporaryDirectory } from './test-directory.ts';

/** A wheel is a zip with three files about itself (PEP 427). */
const makeWheel = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('probe_ai.py', 'value = "from pip"\\n')
    info = 'probe_ai-1.0.dist-info/'
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: probe-ai\\nVersion: 1.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'RECORD', '')
`;

/** `probe-ai` 1.0, whose module `probe_ai` has a `value`. `env` makes a host's pip use it. */
export async function startFakeIndex(): Promise<{
  env: Record<string, string>;
  close: () => void;
}> {
  const name = 'probe_ai-1.0-py3-none-any.whl';
  const file = path.join(temporaryDirectory(), name);
  execFileSync('python3', ['-c', makeWheel, file]);
  const wheel = readFileSync(file);
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.whl') === true) response.end(wheel);
    else response.setHeader('content-type', 'text/html').end(`<a href="/${name}">${name}</a>`);
  });
  const host = await hostAddressOnBridge();
  await once(server.listen(0, host), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    env: { PIP_INDEX_URL: `http://${host}:${port}/simple`, PIP_TRUSTED_HOST: host },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
