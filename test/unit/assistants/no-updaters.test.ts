// Nothing inside updates itself: an image, or an installation of ours, holds the version that its name says. Each has its own switch.

import { expect, it } from 'vitest';
import type { RunContext } from '../../../src/assistants/assistant.ts';
import { assistants } from '../../../src/assistants/registry.ts';
import type { BuiltInName } from '../../../src/base/assistant-definition.ts';

const run: RunContext = { project: '/workspace/p', variables: new Map() };

/** All that is said to it: variables, files of defaults, and words of its command line. */
function saidTo(name: BuiltInName): string {
  const { environment, state, commandLine, package: program } = assistants[name];
  const variables = { ...environment.always, ...environment.quiet, ...environment.inside };
  const words = commandLine({ continue: false, yolo: false, json: false, contained: true });
  return [
    ...Object.entries(variables).map(([key, value]) => `${key}=${value}`),
    ...Object.values(state.defaults?.(run) ?? {}),
    ...Object.values(state.seeds?.(run) ?? {}).map((seed) => JSON.stringify(seed)),
    program.prepare ?? '',
    ...words,
  ].join('\n');
}

/** From shared facts, seen at work: a line of all that, which is the switch. */
const switches: Readonly<Record<BuiltInName, RegExp>> = {
  claude: /^DISABLE_AUTOUPDATER=1$/m,
  glm: /^DISABLE_AUTOUPDATER=1$/m,
  gemini: /enableAutoUpdate"?\\?"?: ?false/,
  codex: /check_for_update_on_startup ?= ?false/,
  opencode: /^OPENCODE_DISABLE_AUTOUPDATE=(1|true)$/m,
  qwen: /enableAutoUpdate"?\\?"?: ?false/,
  copilot: /^COPILOT_AUTO_UPDATE=false$/m,
};

it.each(Object.keys(switches) as BuiltInName[])('%s', (name) => {
  expect(saidTo(name)).toMatch(switches[name]);
});
