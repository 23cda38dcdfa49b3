// ai auth login: the assistant's own way to log in, in a container made for it. Keys are asked for here.

import type { CommandCall, CommandHandler } from '../commands.ts';
import type { Assistant, HostVariable, SignIn } from '../../assistants/assistant.ts';
import { AiError } from '../../base/errors.ts';
import { onlyPlain } from '../../base/events.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { openUrlsIn } from '../../launch/open-url.ts';
import { settle } from '../../launch/settle.ts';
import { loginsNow, spreadTruth } from '../../launch/spread-truth.ts';
import { assistantNamed } from '../../launch/which-assistant.ts';
import { secretsDirectory } from '../../plan/kept-values.ts';
import { globalState } from '../../plan/places.ts';
import type { LayerValue } from '../../settings/layers.ts';
import type { Settings } from '../../settings/schema.ts';
import { askSecret } from '../ask-secret.ts';
import { say } from './answer.ts';
import { oneAssistant } from './auth.ts';
import { startRequest } from './run.ts';

export const login: CommandHandler = async (call) => {
  const { world, options, words } = call;
  // What there is to say of settings is said once: at the start below.
  const quiet = { ...world, emit: onlyPlain(world.emit) };
  const { settings } = await settle(quiet, options.settings, options.plain);
  const assistant =
    oneAssistant(settings, words, 'login') ?? assistantNamed(settings, settings.assistant);
  const { name, title, signIn } = assistant;
  if (signIn === undefined) return takeKey(call, assistant, keyOf(assistant), settings);
  if (signIn.hint !== undefined) say(call, signIn.hint);
  const mayOpen = settings.browser === 'open' && settings.network !== 'none';
  const opened = mayOpen ? openUrlsIn(world) : world;
  const before = loginsNow(world, settings, assistant);
  const code = await startRequest(
    withSignIn({ ...call, world: opened }, signIn, settings),
    () => ({ kind: 'login', assistant: name, signIn }),
    { settleHow: settle },
  );
  if (options.plain.dryRun || code !== 0) return code;
  if (loginsNow(world, settings, assistant) === before) {
    say(call, `no login was made; ${title} is logged in or out as before`);
    return exitCodes.noLogin;
  }
  await spreadTruth(world, settings, assistant);
  say(call, `logged in to ${title}; every project has it`);
  return code;
};

/** The key that it cannot do without, or else the first that it takes. @throws AiError AI_USAGE where it takes none */
function keyOf({ name, hostVariables }: Assistant): HostVariable {
  const keys = hostVariables.filter(({ secret }) => secret);
  const key = keys.find(({ required }) => required !== undefined) ?? keys[0];
  if (key !== undefined) return key;
  throw new AiError('AI_USAGE', {
    problem: `${name} has no way to log in`,
    next: `set assistants.${name}.login (a command), or assistants.${name}.keys (variables)`,
  });
}

/** Its variables and its port, as if they had been given on the command line. */
function withSignIn(
  call: CommandCall,
  { variables = {}, callback }: SignIn,
  { network }: Settings,
): CommandCall {
  const values: LayerValue[] = [
    ...Object.entries(variables).map(([name, value]) => given('env', `${name}=${value}`)),
    // The vendor's page calls back through a port, which a run without a network has none of. Nothing but the log-in is in it.
    ...(callback && network === 'allowlist' ? [given('network', 'open')] : []),
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
  { name, title }: Assistant,
  { name: variable, file = variable, required }: HostVariable,
  { profile, backups }: Settings,
): Promise<number> {
  const { world } = call;
  if (required) say(call, `${title} takes a key from ${required.vendor}: ${required.page}`);
  const key = await askSecret(`ai: ${variable}: `, `ai auth login ${name} <FILE`);
  if (key === undefined || key === '' || /\s/.test(key))
    throw new AiError('AI_USAGE', {
      problem: 'a key is one word without spaces',
      next: `ai auth login ${name}`,
    });
  world.redactor.learn([key]);
  const { keepSecrets } = await import('../../state/secret-store.ts');
  const directory = secretsDirectory(globalState(world.stateDirectory, profile));
  await keepSecrets(world.stateDirectory, { directory, profile, backups }, new Map([[file, key]]));
  say(call, `the key of ${title} is kept`);
  return 0;
}
