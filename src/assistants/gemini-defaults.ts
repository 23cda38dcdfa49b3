// Gemini CLI's defaults below the user's own settings: files in its image, since it takes them from files of root only.

import { compiled } from './compiled.ts';

/** How it signs in where the user has chosen nothing, by the file's name. */
const ways = {
  none: undefined,
  key: 'gemini-api-key',
  vertex: 'vertex-ai',
  google: 'oauth-personal',
} as const;

const fileOf = (way: string): string => `/opt/ai/assistant/defaults-${way}.json`;

const textOf = (selectedType: string | undefined): string =>
  JSON.stringify({
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
    privacy: { usageStatisticsEnabled: false },
    ...(selectedType && { security: { auth: { selectedType } } }),
  });

const writeDefaults = Object.entries(ways)
  .map(([way, selectedType]) => `echo '${textOf(selectedType)}' >${fileOf(way)}`)
  .join('; ');

/**
 * The file for what the user gives. Without a choice a session asks although there is a key, and a base URL alone selects a
 * gateway that headless turns refuse. A login at Google it notes down itself.
 */
export function defaultsFor(given: ReadonlyMap<string, string>): string {
  if (given.get('GOOGLE_GENAI_USE_GCA') === 'true') return fileOf('google');
  if (given.get('GOOGLE_GENAI_USE_VERTEXAI') === 'true') return fileOf('vertex');
  return fileOf(given.get('GEMINI_API_KEY') ? 'key' : 'none');
}

const variables = {
  ...{ GEMINI_API_KEY: 'none', GEMINI_CLI_NO_RELAUNCH: 'true', GEMINI_CLI_TRUST_WORKSPACE: 'true' },
  GEMINI_CLI_SYSTEM_DEFAULTS_PATH: fileOf('key'),
};

/** What is made in its image: these files, and its compiled code. */
export const prepareGemini = `${writeDefaults}; ${compiled({ command: 'gemini', variables })}`;
