// The shells that `ai` speaks: functions and completion are written for these.

export const shells = ['zsh', 'bash', 'fish'] as const;

export type Shell = (typeof shells)[number];

export const isShell = (word: string | undefined): word is Shell =>
  shells.some((name) => name === word);
