// An engine that answers at once, on a unix socket in this process: what is left of a launch is our own share. It runs nothing.

import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { once } from 'node:events';

const id = 'f'.repeat(64);
const headOf = (status) =>
  `HTTP/1.1 ${status}\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\n`;
const upgraded =
  'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

export class FakeEngine {
  /** What runs in a container: called once it has started, with its output as a socket and what ends it. */
  program = (_output, end) => end();
  /** When the last container was asked for (performance.now()). */
  createdAt;
  #sockets = new Set();
  #streams = {};
  #server;

  constructor(socket) {
    this.host = `unix://${socket}`;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#serve(client));
    this.#server.listen(socket);
  }

  ready() {
    return once(this.#server, 'listening');
  }

  close() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  /** With code 0. */
  #end() {
    const { events, wait, output } = this.#streams;
    output.end();
    events.write(chunk({ Action: 'die', Actor: { Attributes: { exitCode: '0' } } }));
    wait.end(`${chunk({ StatusCode: 0 })}0\r\n\r\n`);
  }

  #serve(client) {
    this.#sockets.add(client);
    client.on('error', () => undefined).once('close', () => this.#sockets.delete(client));
    client.once('end', () => {
      // A container without input still has output.
      if (client !== this.#streams.output) client.end();
    });
    let request = '';
    client.on('data', (data) => {
      if (client === this.#streams.output) return;
      request += data.toString('latin1');
      const body = request.indexOf('\r\n\r\n') + 4;
      const length = Number(/content-length: (\d+)/i.exec(request)?.[1] ?? 0);
      if (body < 4 || request.length < body + length) return;
      const line = request.slice(0, request.indexOf('\r\n'));
      request = '';
      this.#answer(line, client);
    });
  }

  #answer(line, client) {
    const streams = this.#streams;
    const at = (word) => line.includes(word);
    if (at('/containers/create?')) {
      this.createdAt = performance.now();
      client.write(whole('201 Created', JSON.stringify({ Id: id, Warnings: [] })));
    } else if (at('/attach?')) {
      streams.output = client;
      client.write(upgraded);
    } else if (at('/events?') || at('/wait?')) {
      streams[at('/wait?') ? 'wait' : 'events'] = client;
      client.write(`${headOf('200 OK')}Transfer-Encoding: chunked\r\n\r\n`);
    } else if (at('/start ')) {
      client.write('HTTP/1.1 204 No Content\r\n\r\n');
      this.program(streams.output, () => this.#end());
    } else client.write(whole('200 OK', at('/containers/json') ? '[]' : '{}'));
  }
}

const whole = (status, text) =>
  `${headOf(status)}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;

function chunk(value) {
  const text = `${JSON.stringify(value)}\n`;
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
