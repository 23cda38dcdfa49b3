// Where Codex CLI keeps its state, what it is told below the user’s own settings, and its login. Facts tested with 0.169.0.

import { asObject, parseJson } from '../base/json.ts';
import type { AssistantState, RunContext } from './assistant.ts';
import { codexFiles } from './codex-files.ts';
import { providerSettings } from './codex-provider.ts';
import { accountLogin, claimsOf, filled, toml, when } from './words.ts';

export const codexState = {
  ...codexFiles,
  // Its databases index the conversations, and hold copies of them.
  variables: (home) => ({ CODEX_SQLITE_HOME: `${home}/.codex/sqlite` }),
  // It refuses one that is not there yet.
  hostVariables: (home) => ({ CODEX_HOME: `${home}/.codex` }),
  // Its own sandbox needs namespaces that a container does not give: inside, the container is the sandbox. Whether it asks
  // before it acts stays as the user has set it. Its daemon would leave processes and a copy of itself, 400 MB.
  defaults: (run) => ({
    '/etc/codex/config.toml': [
      ...providerSettings(run),
      ...when(keyOf(run), 'model_provider = "key"'),
      'sandbox_mode = "danger-full-access"',
      'check_for_update_on_startup = false',
      'analytics.enabled = false',
      'features = { daemon_auto_start = false, plugins = false, apps = false }',
      `projects.${toml(run.project ?? '/')}.trust_level = "trusted"`,
      ...keyProvider(run),
      '',
    ].join('\n'),
  }),
  login: (read) => {
    const login = parseJson(read('auth.json'));
    const tokens = asObject(login?.['tokens']);
    const end = claimsOf(tokens?.['access_token'])?.['exp'];
    if (filled(tokens?.['access_token']) ?? filled(tokens?.['refresh_token']))
      return accountLogin({
        who: claimsOf(tokens?.['id_token'])?.['email'],
        renews: tokens?.['refresh_token'],
        until: typeof end === 'number' ? end * 1000 : undefined,
      });
    return filled(login?.['OPENAI_API_KEY']) ? { kind: 'key' } : undefined;
  },
} as const satisfies AssistantState;

/** By itself a session wants a login although there is a key, and `exec` reads one of the two. A login comes first. */
const keyOf = ({ login, variables, route }: RunContext): string | undefined =>
  login || route || variables.has('CODEX_ACCESS_TOKEN')
    ? undefined
    : ['CODEX_API_KEY', 'OPENAI_API_KEY'].find((name) => variables.get(name));

function keyProvider(run: RunContext): readonly string[] {
  const key = keyOf(run);
  const url = run.variables.get('OPENAI_BASE_URL') || 'https://api.openai.com/v1';
  if (key === undefined) return [];
  return [
    ...['[model_providers.key]', 'name = "OpenAI"', `base_url = ${toml(url)}`],
    ...[`env_key = "${key}"`, 'wire_api = "responses"'],
    'env_http_headers = { OpenAI-Organization = "OPENAI_ORGANIZATION", OpenAI-Project = "OPENAI_PROJECT" }',
  ];
}
