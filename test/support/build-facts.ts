// Facts for tests of the plan: an ordinary user in an ordinary project, any part of which a test may say otherwise.

import type { Facts, Request } from '../../src/plan/facts.ts';
import { assistants } from '../../src/assistants/registry.ts';
import { isBuiltIn } from '../../src/base/assistant-definition.ts';
import { resolveSettings } from '../../src/settings/layers.ts';
import type { Settings } from '../../src/settings/schema.ts';

export interface FactsInput {
  request?: Request;
  /** The built-in one that is asked for, without it. */
  assistant?: Facts['assistant'];
  settings?: Partial<Settings>;
  project?: Partial<Facts['project']>;
  host?: Partial<Facts['host']>;
  mounts?: Facts['mounts'];
  state?: Partial<Facts['state']>;
  terminal?: Partial<Facts['terminal']>;
  secrets?: Facts['secrets'];
  gitSettings?: Partial<Facts['gitSettings']>;
  gitHub?: Facts['gitHub'];
  endpoints?: Facts['endpoints'];
  ssh?: Partial<Facts['ssh']>;
  engine?: Partial<Facts['engine']>;
}

export const defaultSettings = resolveSettings([]).settings;

/** `ai claude`, without arguments. */
export const plainRequest: Extract<Request, { kind: 'assistant' }> = {
  kind: 'assistant',
  assistant: 'claude',
  arguments: [],
  continue: false,
  json: false,
};

export function builtIn(name: string): Facts['assistant'] {
  if (!isBuiltIn(name)) throw new Error(`${name} is no built-in assistant`);
  return assistants[name];
}

/** Ann, uid 1000, in /home/ann/app, at a terminal of 24 by 80. */
export function buildFacts(input: FactsInput = {}): Facts {
  const request = input.request ?? plainRequest;
  return {
    request,
    assistant: input.assistant ?? builtIn(request.assistant),
    settings: { ...defaultSettings, ...input.settings },
    project: {
      directory: '/home/ann/app',
      root: '/home/ann/app',
      rootReason: 'git repository',
      name: 'app',
      id: 'app-0123456789ab',
      owner: { uid: 1000, gid: 1000 },
      warnings: [],
      ...input.project,
    },
    host: {
      uid: 1000,
      gid: 1000,
      groups: [1000, 27, 998],
      userName: 'ann',
      home: '/home/ann',
      machineId: 'machine',
      environment: {},
      caFiles: [],
      ...input.host,
    },
    mounts: input.mounts ?? [],
    state: {
      directory: '/home/ann/.docker-ai-config',
      global: '/home/ann/.docker-ai-config/global_state',
      writable: '/home/ann/.docker-ai-config',
      owner: 'feedfacefeedface',
      runId: 'deadbeef',
      ...input.state,
    },
    gitSettings: { settings: [], files: {}, ...input.gitSettings },
    ...(input.gitHub && { gitHub: input.gitHub }),
    secrets: input.secrets ?? {},
    endpoints: input.endpoints ?? [],
    ssh: { remotes: [], fresh: [], ...input.ssh },
    engine: {
      ...{ make: 'docker', rootless: false, limits: true, cpu: true, sharesSockets: true },
      ...input.engine,
    },
    image: {
      tag: 'ai/claude:1',
      reason: 'as pinned',
      files: '/home/ann/.docker-ai-config/images/1',
    },
    terminal: { stdin: true, stdout: true, rows: 24, columns: 80, ...input.terminal },
  };
}
