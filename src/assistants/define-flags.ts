// The launcher's gestures in the words of a definition. Pure.

import type {
  AssistantDefinition,
  FlagDefinitions,
  ProviderDefinition,
} from '../base/assistant-definition.ts';
import { AiError } from '../base/errors.ts';
import type { Assistant, Gesture } from './assistant.ts';
import { namesModel } from './define-provider.ts';
import { when } from './words.ts';

type CommandLine = Assistant['commandLine'];

interface FlagsAndProvider {
  flags: FlagDefinitions;
  provider: ProviderDefinition | undefined;
}

/**
 * What has words in the definition gets these; all else is said as `otherwise` says it. A model that a variable names needs none:
 * there it may have to be called in another way.
 */
export const withFlags =
  ({ flags, provider }: FlagsAndProvider, otherwise: CommandLine): CommandLine =>
  (gesture) => {
    const { prompt, model, ...others } = gesture;
    const { continue: goOn, yolo, json, route } = others;
    const forPrompt = prompt && flags[prompt.headless ? 'prompt' : 'interactive'];
    const ofModel = model === undefined ? undefined : flags.model;
    const rest: Gesture = {
      ...others,
      ...(prompt && !forPrompt && { prompt }),
      ...(model !== undefined && !ofModel && { model }),
      continue: goOn && flags.continue === undefined,
      yolo: yolo && flags.yolo === undefined,
      json: json && flags.json === undefined,
    };
    return [
      ...when(yolo, ...(flags.yolo ?? [])),
      ...(route && namesModel(provider, route) ? [] : put(ofModel, '{model}', model)),
      ...when(goOn, ...(flags.continue ?? [])),
      ...when(json, ...(flags.json ?? [])),
      ...otherwise(rest),
      ...put(forPrompt, '{prompt}', prompt?.text),
    ];
  };

const put = (words: readonly string[] = [], place: string, text = ''): readonly string[] =>
  words.map((word) => word.replaceAll(place, () => text));

/**
 * Of an assistant about which nothing is known but what its definition says: a prompt is the last word, unless prompts have
 * words of their own there.
 */
export const nothingButAPrompt =
  (name: string, { flags = {}, provider }: AssistantDefinition): CommandLine =>
  ({ prompt, model, route, continue: goOn, yolo, json }) => {
    if (yolo) throw missing(name, 'yolo', '--yolo');
    if (model !== undefined && !(route && namesModel(provider, route)))
      throw missing(name, 'model', '--model');
    if (goOn) throw missing(name, 'continue', '-c');
    if (json) throw missing(name, 'json', '--json');
    if (prompt === undefined) return [];
    if (flags.prompt && !prompt.headless)
      throw missing(name, 'interactive', 'the prompt, or ask with -p');
    if (flags.interactive && prompt.headless) throw missing(name, 'prompt', '-p');
    return prompt.text.startsWith('-') ? ['--', prompt.text] : [prompt.text];
  };

const missing = (name: string, key: keyof FlagDefinitions, option: string): AiError =>
  new AiError('AI_USAGE', {
    problem: `${name} has no ${key}: assistants.${name}.flags.${key} is not set`,
    next: `set it in config.yaml, or leave out ${option}`,
  });
