// ai auth login: the assistant's own way to log in, in a container made for it. Keys are asked for here.

import type { CommandCall, CommandHandler } from '../commands.ts';
import type { HostVariable, SignIn } from '../../assistants/assistant.ts';
import { assistants, type AssistantName } from '../../assistants/registry.ts';
import { AiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { openUrlsIn } from '../../launch/open-url.ts';
import { settle } from '../../launch/settle.ts';
import { loginsNow, spreadTruth } from '../../launch/spread-truth.ts';
import { secretFile } from '../../plan/environment.ts';
import { globalState } from '../../plan/places.ts';
import type { LayerValue } from '../../settings/layers.ts';
import type { Settings } from '../../settings/schema.ts';
import { askSecret } from '../ask-secret.ts';
import { oneAssistant, say } from './auth.ts';
import { assistantOf, startRequest } from './run.ts';

export const login: CommandHandler = async (call) => {
  const { world, options, words } = call;
  // What there is to say of settings is said once: at the start below.
  const quiet = { ...world, emit: () => undefined };
  const { settings } = await settle(quiet, options.settings, options.plain);
  const name = oneAssistant(words, 'login') ?? assistantOf(settings);
  const { signIn, hostVariables } = assistants[name];
  const [key] = hostVariables.filter(({ required }) => required !== undefined);
  if (signIn === undefined && key !== undefined) return takeKey(call, name, key, settings);
  if (signIn === undefined) throw new Error(`${name} has no way to log in`);
  if (signIn.hint !== undefined) say(call, signIn.hint);
  const opened = openUrlsIn(world);
  const before = loginsNow(world, settings, name);
  const code = await startRequest(
    withSignIn({ ...call, world: opened }, signIn),
    () => ({ kind: 'login', assistant: name, signIn }),
    settle,
  );
  if (options.plain.dryRun || code !== 0) return code;
  const { title } = assistants[name];
  if (loginsNow(world, settings, name) === before) {
    say(call, `no login was made; ${title} is logged in or out as before`);
    return exitCodes.noLogin;
  }
  await spreadTruth(world, settings, name);
  say(call, `logged in to ${title}; every project has it`);
  return code;
};

/** Its variables and its port, as if they had been given on the command line. */
function withSignIn(call: CommandCall, { variables = {}, callback }: SignIn): CommandCall {
  const values: LayerValue[] = [
    ...Object.entries(variables).map(([name, value]) => given('env', `${name}=${value}`)),
    ...(callback ? [given('publish', `127.0.0.1:${callback.port}:${callback.port}`)] : []),
  ];
  const { settings } = call.options;
  return {
    ...call,
    options: {
      ...call.options,
      settings: { ...settings, values: [...settings.values, ...values] },
    },
  };
}

const given = (key: string, text: string): LayerValue => ({
  key,
  value: { kind: 'flag', text },
  place: `--${key}`,
});

async function takeKey(
  call: CommandCall,
  name: AssistantName,
  { name: variable, file = variable, required }: HostVariable,
  { profile, backups }: Settings,
): Promise<number> {
  const { world } = call;
  const { title } = assistants[name];
  if (required) say(call, `${title} takes a key of ${required.vendor}: ${required.page}`);
  const key = await askSecret(`ai: ${variable}: `);
  if (key === undefined || key === '' || /\s/.test(key))
    throw new AiError('AI_USAGE', {
      problem: 'a key is one word, and that was none',
      next: `ai auth login ${name}`,
    });
  const { keepKey } = await import('../../state/keep-key.ts');
  await keepKey(world.stateDirectory, {
    file: secretFile(globalState(world.stateDirectory, profile), file),
    key,
    profile,
    backups,
  });
  say(call, `the key of ${title} is kept`);
  return 0;
}
