// What pip is asked for: the index that it uses. Its configuration knows only what is set; its help says what is used.

export const pipHelp = ['download', '--help'] as const;

/** The address in that help, as in `Base URL of the Python Package Index (default …)`. */
export const indexInHelp = (output: string): string =>
  /--index-url[^]*?(?=\n +-)/.exec(output)?.[0] ?? '';
