// The pages of errors of updates and versions.

import type { ErrorPages } from './page.ts';

export const updatePages = {
  AI_REGISTRY_UNREACHABLE: {
    summary: 'npm’s registry could not be asked for newer versions',
    means:
      'Which versions of an assistant there are is asked of the registry that your npm is set to, by your npm. Nothing of this assistant was changed; the others are looked after all the same.',
    causes: [
      'no network, or a proxy that npm does not know',
      'there is no npm on this machine',
      'a registry of your own that does not have this package',
    ],
    remedies: [
      ['npm ping', 'shows whether npm reaches its registry'],
      ['npm config get registry', 'shows which one that is'],
      ['ai image rollback', 'needs no registry: it goes back to what is kept here'],
    ],
    example: {
      package: '@anthropic-ai/claude-code',
      cause: 'connect ECONNREFUSED 127.0.0.1:9',
    },
  },
  AI_VERSION_UNKNOWN: {
    summary: 'there is no such version of an assistant',
    means: 'A version can be pinned that npm’s registry has, or that was in use here before.',
    causes: ['a typing mistake', 'a version that its makers have taken back'],
    remedies: [
      ['npm view PACKAGE versions', 'lists all of them'],
      ['ai update --check', 'shows the newest one'],
    ],
    example: {
      assistant: 'claude',
      version: '2.1.99999',
      known: ['2.1.332', '2.1.331', '2.1.330'],
      offline: false,
    },
  },
  AI_UPDATE_FAILED: {
    summary: 'a newer version was made and does not work here',
    means:
      'A new image is tried out before anybody gets it: the program has to tell its version, and to start as far as its first call over the network, which is refused. This one did not, so it was removed again, and the version that you had stays. For a day it is not offered again by itself. Where it was made on a newer base, the base that you had stays, too.',
    causes: [
      'a version that is broken, or that needs something that the image lacks',
      'a machine that was too busy to start it within a minute, or whose disk is full',
    ],
    remedies: [
      ['ai update', 'tries again'],
      ['ai image pin NAME VERSION', 'takes a version without trying it out'],
    ],
    example: {
      assistant: 'claude',
      version: '2.1.332',
      here: '2.1.329',
      why: 'it has not called anybody over the network before it ended with code 1',
      output: 'Error: Cannot find module yoga.wasm',
    },
  },
  AI_ROLLBACK_NONE: {
    summary: 'there is no earlier version to go back to',
    means: 'The last three versions that an update has replaced are kept, and no others.',
    causes: ['nothing was updated yet', 'a version that was replaced too long ago'],
    remedies: [
      ['ai image list', 'shows what is kept'],
      ['ai image pin NAME VERSION', 'takes any version that npm’s registry has'],
    ],
    example: { assistant: 'claude', have: [] },
  },
} as const satisfies Partial<ErrorPages>;
