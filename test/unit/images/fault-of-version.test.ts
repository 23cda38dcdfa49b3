import { expect, it } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import { isFaultOfVersion } from '../../../src/images/fault-of-version.ts';

const built = (output: string, network = false): AiError =>
  new AiError('AI_IMAGE_BUILD_FAILED', { step: 'RUN npm ci', output, network, kept: true });
const tried = (output: string): AiError =>
  new AiError('AI_UPDATE_FAILED', {
    ...{ assistant: 'claude', version: '2.0.0', here: '1.0.0', why: 'it ended' },
    output,
  });

it.each([
  ['a build that fails', built('npm error code EUSAGE'), true],
  ['a trial that fails', tried('Cannot find module yoga.wasm'), true],
  ['a network that fails', built('ENOTFOUND', true), false],
  ['a full disk in a build', built('npm error ENOSPC: no space left on device, write'), false],
  ['a full disk in a trial', tried('Error: ENOSPC: no space left on device'), false],
  ['an engine that is gone', new AiError('AI_ENGINE_MISSING', { tried: [] }), false],
])('%s is the fault of the version: %s', (_, error, is) => {
  expect(isFaultOfVersion(error)).toBe(is);
});
