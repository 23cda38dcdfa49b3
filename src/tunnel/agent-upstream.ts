// One client's way to the user's own agent: opened when it is needed, and anew when it broke. It asks one thing at a time.

import { connect, type Socket } from 'node:net';
import { frame, FrameDecoder } from './agent-frames.ts';

/** Where the agent is at this moment; undefined where there is none. */
export type UpstreamPath = () => string | undefined;

export class AgentUpstream {
  private socket: Socket | undefined;
  private waiting: ((answer: Buffer | undefined) => void) | undefined;
  /** What every new connection is told first. */
  private readonly introduction: Buffer[] = [];
  private ended = false;

  /** @param patience milliseconds for an answer */
  constructor(
    private readonly pathOf: UpstreamPath,
    private readonly patience: number,
  ) {}

  /**
   * The body of the answer; undefined if the agent is not there, goes away or speaks another language, or does not answer
   * in time. `forever` is for what may wait for somebody.
   */
  async ask(body: Buffer, { forever = false } = {}): Promise<Buffer | undefined> {
    if (this.ended || (this.socket === undefined && !(await this.open()))) return undefined;
    return this.exchange(body, forever);
  }

  /** Like `ask`, and told again to a connection that comes after this one. */
  async introduce(body: Buffer): Promise<Buffer | undefined> {
    const answer = await this.ask(body);
    this.introduction.push(body);
    return answer;
  }

  /** Ends it, and with undefined what was asked. */
  end(): void {
    this.ended = true;
    this.socket?.destroy();
    this.settle(undefined);
  }

  private async open(): Promise<boolean> {
    const path = this.pathOf();
    if (path === undefined) return false;
    const socket = connect(path);
    this.socket = socket;
    const decoder = new FrameDecoder();
    // What went wrong makes no difference: it closes.
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      try {
        for (const answer of decoder.push(data)) this.receive(answer);
      } catch {
        socket.destroy();
      }
    });
    socket.once('close', () => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.settle(undefined);
    });
    for (const body of this.introduction)
      if ((await this.exchange(body, false)) === undefined) return false;
    return true;
  }

  private exchange(body: Buffer, forever: boolean): Promise<Buffer | undefined> {
    const { socket } = this;
    if (socket === undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const giveUp = (): void => {
        this.forget();
      };
      const timer = forever ? undefined : setTimeout(giveUp, this.patience);
      this.waiting = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      socket.write(frame(body));
    });
  }

  /** An answer to nothing would be taken for the next one's. */
  private receive(answer: Buffer): void {
    if (this.waiting === undefined) this.forget();
    else this.settle(answer);
  }

  private forget(): void {
    this.socket?.destroy();
    this.socket = undefined;
    this.settle(undefined);
  }

  private settle(answer: Buffer | undefined): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.(answer);
  }
}
