// Variables that are the launcher's own in every container, and that nobody else may give it.

/**
 * The state is mounted below the home: with another one it would be lost without a word. The others tell templates/inside/start
 * what it has to do, and are taken away again before the command starts.
 */
export const launcherVariables: readonly string[] = [
  'HOME',
  ...['AI_RUN', 'AI_ROWS', 'AI_COLUMNS', 'AI_AWAIT', 'AI_PORTS'],
];
