// How state-program.ts says how it went.

/** `unsaved` as it is to be said, `other` for anything else that was thrown. */
export const exitCodes = { saved: 0, unsaved: 3, other: 4 } as const;
