// The commands of `ai` by name, in the order in which help lists them. What each is stands in cli/commands.ts.

export const commandNames = [
  'run',
  'shell',
  'exec',
  'commit',
  'where',
  'changes',
  'assistants',
  'auth',
  'secrets',
  'mode',
  'config',
  'trust',
  'net',
  'ps',
  'stop',
  'clean',
  'audit',
  'explain',
  'doctor',
  'update',
  'image',
  'init',
  'setup',
  'shell-init',
  'completion',
] as const;

export type CommandName = (typeof commandNames)[number];

export const isCommandName = (word: string): word is CommandName =>
  commandNames.some((name) => name === word);
