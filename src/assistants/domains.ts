// Hosts that each assistant cannot do without: its models, its login, its account. No telemetry, no updates, no marketplaces.
// From the vendors' own pages on firewalls, and seen in the programs; a host stands for all below it. A variable in
// braces stands for its value in the run.

import type { BuiltInName } from '../base/assistant-definition.ts';

const github = ['github.com', 'githubcopilot.com', 'copilot-proxy.githubusercontent.com'] as const;

const google = [
  ...['generativelanguage.googleapis.com', 'cloudcode-pa.googleapis.com'],
  // Each region has a name of its own beside that of all.
  ...['aiplatform.googleapis.com', '{GOOGLE_CLOUD_LOCATION}-aiplatform.googleapis.com'],
  ...['oauth2.googleapis.com', 'accounts.google.com'],
  // Who has logged in.
  'www.googleapis.com',
] as const;

const anthropic = [
  ...['api.anthropic.com', 'console.anthropic.com', 'mcp-proxy.anthropic.com'],
  ...['platform.claude.com', 'claude.ai'],
] as const;

export const domains: Readonly<Record<BuiltInName, readonly string[]>> = {
  claude: anthropic,
  gemini: google,
  codex: ['api.openai.com', 'auth.openai.com', 'chatgpt.com'],
  glm: ['api.z.ai'],
  // It goes to whichever vendor there is a key for.
  opencode: [
    ...['opencode.ai', 'models.dev', 'api.anthropic.com', 'console.anthropic.com'],
    ...['api.openai.com', 'auth.openai.com', 'chatgpt.com', 'openrouter.ai'],
    ...['generativelanguage.googleapis.com', ...github],
  ],
  qwen: [
    ...['chat.qwen.ai', 'portal.qwen.ai', 'dashscope.aliyuncs.com', 'dashscope-intl.aliyuncs.com'],
    ...['dashscope-us.aliyuncs.com', 'token-plan.cn-beijing.maas.aliyuncs.com'],
  ],
  copilot: github,
};
