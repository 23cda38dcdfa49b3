// A clock that nobody sets: for how long something takes.

/** Milliseconds since this process began. `performance` has them too, and Node has modules to load before it is first asked. */
export const clock = (): number => process.uptime() * 1000;
