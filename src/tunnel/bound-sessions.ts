// The ssh sessions that connections of a run were bound to, so that what one has proved is no proof for another.

/** Each is a log-in at an allowed host, so nobody but the user gets this far; it is a bound all the same. */
const most = 65_536;

export class BoundSessions {
  private readonly ids = new Set<string>();

  has(sessionId: Buffer): boolean {
    return this.ids.has(sessionId.toString('base64'));
  }

  add(sessionId: Buffer): void {
    this.ids.add(sessionId.toString('base64'));
    const [oldest] = this.ids;
    if (this.ids.size > most && oldest !== undefined) this.ids.delete(oldest);
  }
}
