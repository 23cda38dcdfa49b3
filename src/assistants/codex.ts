// Codex CLI. Facts tested with 0.169.0.

import { domains } from './domains.ts';
import type { Assistant } from './assistant.ts';
import { codexProvider, routeWords } from './codex-provider.ts';
import { codexState } from './codex-state.ts';
import { modelWords, plain, promptWords, secrets, when } from './words.ts';

export const codex = {
  name: 'codex',
  title: 'Codex CLI',
  domains: domains.codex,
  addresses: ['OPENAI_BASE_URL'],
  package: {
    name: 'codex',
    npm: '@openai/codex',
    command: 'codex',
    node: 16,
    variables: ['CODEX_', 'OPENAI_'],
  },
  commandLine: (gesture) => [
    ...when(gesture.prompt?.headless, 'exec'),
    ...when(gesture.continue, 'resume', '--last'),
    ...when(gesture.yolo, '--yolo'),
    ...modelWords(gesture),
    ...routeWords(gesture),
    ...when(gesture.json, '--json'),
    ...when(gesture.prompt?.headless && gesture.contained, '--skip-git-repo-check'),
    ...promptWords(gesture),
  ],
  environment: { quiet: {} },
  hostVariables: [
    ...secrets('OPENAI_API_KEY', 'CODEX_API_KEY', 'CODEX_ACCESS_TOKEN'),
    ...plain('OPENAI_BASE_URL', 'OPENAI_ORGANIZATION', 'OPENAI_PROJECT'),
  ],
  providers: codexProvider,
  state: codexState,
  signIn: { command: ['codex', 'login'], callback: { port: 1455, relayed: true } },
} as const satisfies Assistant;
