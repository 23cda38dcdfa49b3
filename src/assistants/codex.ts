// Codex CLI. Facts tested with 0.169.0.

import type { Assistant } from './assistant.ts';
import { asObject, filled, modelWords, parseJson, secrets, when } from './words.ts';

export const codex = {
  name: 'codex',
  title: 'Codex CLI',
  package: { name: 'codex', npm: '@openai/codex', command: 'codex', node: 16 },
  commandLine: (gesture) => [
    ...when(gesture.prompt?.headless, 'exec'),
    ...when(gesture.continue, 'resume', '--last'),
    ...when(gesture.yolo, '--yolo'),
    ...modelWords(gesture),
    ...when(gesture.json, '--json'),
    ...when(gesture.prompt?.headless && gesture.contained, '--skip-git-repo-check'),
    ...(gesture.prompt ? [gesture.prompt.text] : []),
  ],
  environment: { quiet: {} },
  hostVariables: [...secrets('OPENAI_API_KEY', 'CODEX_API_KEY')],
  state: {
    directories: [{ part: '', inside: '.codex' }],
    conversations: [{ part: '', inside: '.codex/sessions' }],
    variables: (home) => ({ CODEX_HOME: `${home}/.codex` }),
    // Its own sandbox needs namespaces that a container does not give: inside, the container is the sandbox. Whether it
    // asks before it acts stays as the user has set it.
    defaults: ({ project }) => ({
      '/etc/codex/config.toml': [
        'sandbox_mode = "danger-full-access"',
        'check_for_update_on_startup = false',
        '[analytics]',
        'enabled = false',
        '[features]',
        'daemon_auto_start = false',
        'plugins = false',
        'apps = false',
        `[projects.${JSON.stringify(project ?? '/')}]`,
        'trust_level = "trusted"',
        '',
      ].join('\n'),
    }),
    login: (read) => {
      const login = parseJson(read('auth.json'));
      if (filled(asObject(login?.['tokens'])?.['refresh_token'])) return { kind: 'account' };
      return filled(login?.['OPENAI_API_KEY']) ? { kind: 'key' } : undefined;
    },
  },
} as const satisfies Assistant;
