// How long a program may take to end by itself.

/** Milliseconds between TERM and KILL, as `docker stop` has them. */
export const grace = 10_000;
