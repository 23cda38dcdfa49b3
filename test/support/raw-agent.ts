// Both ends of the agent's protocol without ssh: a client that says what it is told to, and an agent that answers as scripted.

import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { frame, FrameDecoder } from '../../src/tunnel/agent-frames.ts';

/** A client of an agent: frames out, bodies in. */
export class RawClient {
  private readonly answers: Buffer[] = [];
  private readonly decoder = new FrameDecoder();
  private waiting: (() => void) | undefined;
  isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      this.answers.push(...this.decoder.push(data));
      this.waiting?.();
    });
    socket.on('close', () => {
      this.isClosed = true;
      this.waiting?.();
    });
  }

  static async connect(path: string): Promise<RawClient> {
    const client = new RawClient(connect(path));
    await Promise.race([once(client.socket, 'connect'), once(client.socket, 'close')]);
    return client;
  }

  /** The body of the answer; undefined if the connection ends instead. */
  async ask(body: Buffer): Promise<Buffer | undefined> {
    this.socket.write(frame(body));
    return this.next();
  }

  async next(): Promise<Buffer | undefined> {
    while (this.answers.length === 0 && !this.isClosed)
      await new Promise<void>((resolve) => (this.waiting = resolve));
    return this.answers.shift();
  }

  /** Resolves when the other end has closed. */
  async closed(): Promise<void> {
    while (!this.isClosed) await new Promise<void>((resolve) => (this.waiting = resolve));
  }
}

/** Undefined: the agent says nothing. */
export type Script = (body: Buffer, agent: ScriptedAgent) => Buffer | undefined;

/** An agent at a socket that answers by a function, and remembers what it was asked. */
export class ScriptedAgent {
  readonly asked: Buffer[] = [];
  readonly sockets = new Set<Socket>();
  connections = 0;
  private server: Server | undefined;

  constructor(
    readonly path: string,
    public script: Script,
  ) {}

  async start(): Promise<void> {
    this.server = createServer((socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
      const decoder = new FrameDecoder();
      socket.on('data', (data: Buffer) => {
        for (const body of decoder.push(data)) {
          this.asked.push(body);
          const answer = this.script(body, this);
          if (answer !== undefined) socket.write(answer);
        }
      });
    });
    this.server.listen(this.path);
    await once(this.server, 'listening');
  }

  /** As when it is killed. */
  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
    rmSync(this.path, { force: true });
  }
}
