// How long an address may be that a session wants to have opened, and how many of them there may be.

/** Bytes. Those of log-ins have some two thousand. */
export const longestLink = 4096;

/** In a run. */
export const mostLinks = 20;
