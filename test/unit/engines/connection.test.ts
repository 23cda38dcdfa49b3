// The thin connection and the watcher, against servers on a unix socket that speak word by word.

import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Connection } from '../../../src/engines/docker/connection.ts';
import { dialer } from '../../../src/engines/docker/dial.ts';
import { watchContainer } from '../../../src/engines/docker/watch.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let running: { server: { close: () => void }; connection: Connection; sockets: Set<Socket> }[] = [];
afterEach(() => {
  for (const { server, connection, sockets } of running) {
    connection.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
  running = [];
});

async function connectTo(server: Pick<Server, 'listen' | 'close' | 'on'>): Promise<Connection> {
  const socketFile = path.join(temporaryDirectory(), 'engine.sock');
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(socketFile);
  await once(server as Server, 'listening');
  const connection = new Connection(dialer({ kind: 'unix', path: socketFile }));
  running.push({ server, connection, sockets });
  return connection;
}

/** A server that answers each request by its first line; half-open, so that it hears the end of input. */
const answering = (answer: (socket: Socket, request: string) => void): Promise<Connection> =>
  connectTo(
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (data) => {
        answer(socket, data.toString());
      });
    }),
  );

const saying = (text: string, then: 'end' | 'stay' | 'destroy' = 'stay'): Promise<Connection> =>
  answering((socket) => {
    socket.write(text, () => {
      if (then !== 'stay') socket[then]();
    });
  });

describe('a request', () => {
  it.each<[string, string, 'end' | 'stay', number, string]>([
    ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'stay', 200, 'hello'],
    ['with no content', 'HTTP/1.1 204 No Content\r\n\r\n', 'stay', 204, ''],
    ['with length 0', 'HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n', 'stay', 201, ''],
    ['not modified', 'HTTP/1.1 304 Not Modified\r\n\r\n', 'stay', 304, ''],
    [
      'in chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n',
      'stay',
      200,
      'hello',
    ],
    ['to the end of the connection', 'HTTP/1.0 200 OK\r\n\r\nhello', 'end', 200, 'hello'],
    ['that is an error', 'HTTP/1.1 500 x\r\nContent-Length: 2\r\n\r\nno', 'stay', 500, 'no'],
  ])('is answered %s', async (_what, text, then, status, body) => {
    const connection = await saying(text, then);
    expect(await connection.request('GET', '/')).toMatchObject({ status, body });
  });

  it('is answered byte by byte, with characters of several', async () => {
    const text = Buffer.from(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\né日\r\n0\r\n\r\n'.replace(
        '4\r',
        '5\r',
      ),
    );
    const connection = await answering((socket) => {
      socket.setNoDelay(true);
      const send = (at: number): void => {
        if (at < text.length)
          socket.write(text.subarray(at, at + 1), () => setImmediate(send, at + 1));
      };
      send(0);
    });
    expect(await connection.request('GET', '/')).toMatchObject({ body: 'é日' });
  });

  it('reaches a real HTTP server with its body', async () => {
    const connection = await connectTo(
      createHttpServer((request, response) => {
        let body = '';
        request
          .on('data', (data) => (body += String(data)))
          .on('end', () => {
            response
              .setHeader('Api-Version', '1.41')
              .end(`${request.method} ${request.url} ${body}`);
          });
      }),
    );
    const answer = await connection.request('POST', '/a?b=c', { body: { name: 'é' } });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'api-version': '1.41' },
      body: 'POST /a?b=c {"name":"é"}',
    });
  });

  it.each([
    ['before the head', ''],
    ['in the head', 'HTTP/1.1 200 OK\r\nContent-'],
    ['in a body with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel'],
    ['in a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel'],
    ['between chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n'],
  ])('fails when the server leaves %s', async (_where, text) => {
    const connection = await saying(text, 'end');
    await expect(connection.request('GET', '/')).rejects.toThrow(
      'the engine closed the connection',
    );
  });

  it.each([
    ['is no HTTP', 'SSH-2.0-OpenSSH_9\r\n\r\n', 'not an HTTP response'],
    [
      'has malformed chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      'malformed chunk',
    ],
  ])('fails when the answer %s', async (_what, text, message) => {
    const connection = await saying(text);
    await expect(connection.request('GET', '/')).rejects.toThrow(message);
  });

  it.each([
    ['before', 'AI_ENGINE_UNREACHABLE'],
    ['after', 'aborted'],
  ])('can be given up %s it was sent', async (when, message) => {
    const controller = new AbortController();
    const connection = await answering(() => {
      controller.abort();
    });
    if (when === 'before') controller.abort();
    const { signal } = controller;
    await expect(connection.request('GET', '/', { signal })).rejects.toThrow(message);
  });

  it('ends with the connection', async () => {
    const connection = await answering(() => {
      connection.close();
    });
    await expect(connection.request('GET', '/')).rejects.toThrow('closed the connection');
  });
});

describe('dialling', () => {
  it.each([
    ['nothing', 'nothing.sock', 'there is no such socket'],
    ['a file', '.', ''],
  ])('%s fails with what a user can act on', async (_what, name, cause) => {
    const connection = new Connection(
      dialer({ kind: 'unix', path: path.join(temporaryDirectory(), name) }),
    );
    await expect(connection.request('GET', '/')).rejects.toMatchObject({
      code: 'AI_ENGINE_UNREACHABLE',
      facts: { cause: expect.stringContaining(cause) as string },
    });
  });

  it('a port where nothing listens says so', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    const connection = new Connection(
      dialer({ kind: 'tcp', host: '127.0.0.1', port, tls: undefined }),
    );
    await expect(connection.request('GET', '/')).rejects.toMatchObject({
      facts: { endpoint: `tcp://127.0.0.1:${port}`, cause: 'nothing listens there' },
    });
  });
});

describe('an upgrade', () => {
  it.each([
    ['101', 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'],
    ['200 raw', 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n'],
  ])('by %s gives the stream, with what came along in the head', async (_what, head) => {
    const connection = await answering((socket, request) => {
      expect(request).toContain('Upgrade: tcp');
      socket.write(`${head}early `);
      let heard = '';
      socket
        .on('data', (data) => (heard += String(data)))
        .on('end', () => socket.end(`heard ${heard}`));
    });
    const answer = await connection.upgrade('POST', '/attach');
    if (!('stream' in answer)) throw new Error('no stream');
    answer.stream.end('input');
    let got = '';
    for await (const data of answer.stream) got += String(data);
    expect(got).toBe('early heard input');
  });

  it('that is refused gives the answer', async () => {
    const connection = await saying('HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno');
    expect(await connection.upgrade('POST', '/x')).toMatchObject({
      response: { status: 404, body: 'no' },
    });
  });
});

describe('the end of a container', () => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const chunk = (value: object): string => {
    const line = `${JSON.stringify(value)}\n`;
    return `${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`;
  };
  const die = (code: number): string =>
    chunk({ Action: 'die', Actor: { Attributes: { exitCode: String(code) } } });

  /** The two streams of an engine, to be spoken on as a test likes. One that stops takes no further calls. */
  async function engine({ stops = false } = {}): Promise<{
    connection: Connection;
    events: Promise<Socket>;
    wait: Promise<Socket>;
  }> {
    let gotEvents: (socket: Socket) => void;
    let gotWait: (socket: Socket) => void;
    const events = new Promise<Socket>((resolve) => (gotEvents = resolve));
    const wait = new Promise<Socket>((resolve) => (gotWait = resolve));
    const connection = await answering((socket, request) => {
      if (request.startsWith('GET /events?')) {
        expect(decodeURIComponent(request)).toContain('"container":["abc"]');
        socket.write(head);
        gotEvents(socket);
      } else if (request.startsWith('GET /_ping ')) {
        if (stops) socket.destroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK');
      } else {
        expect(request).toContain('/containers/abc/wait?condition=next-exit');
        gotWait(socket);
      }
    });
    return { connection, events, wait };
  }

  it.each([0, 1, 137])('is told by the event: %i', async (code) => {
    const { connection, events } = await engine();
    const { end } = await watchContainer(connection, 'abc');
    (await events).write(die(code));
    expect(await end).toEqual({ kind: 'exited', code, outOfMemory: false });
  });

  it('is told by the wait, whose head may come late', async () => {
    const { connection, wait } = await engine();
    const { end } = await watchContainer(connection, 'abc');
    (await wait).write(head + chunk({ StatusCode: 7 }));
    expect(await end).toEqual({ kind: 'exited', code: 7, outOfMemory: false });
  });

  it('is the first that was told', async () => {
    const { connection, events, wait } = await engine();
    const { end } = await watchContainer(connection, 'abc');
    (await events).write(die(3));
    expect(await end).toMatchObject({ code: 3 });
    (await wait).end(head + chunk({ StatusCode: 9 }));
    (await events).end();
    expect(await end).toMatchObject({ code: 3 });
  });

  it('is not known where the engine itself stops, whatever it says', async () => {
    const { connection, events } = await engine({ stops: true });
    const { end } = await watchContainer(connection, 'abc');
    (await events).write(die(0));
    expect(await end).toEqual({ kind: 'lost' });
  });

  it('tells when memory ran out', async () => {
    const { connection, events } = await engine();
    const { end } = await watchContainer(connection, 'abc');
    const text = chunk({ Action: 'oom' }) + die(137);
    (await events).write(text.slice(0, 20));
    (await events).write(text.slice(20));
    expect(await end).toEqual({ kind: 'exited', code: 137, outOfMemory: true });
  });

  it('comes from the other source where one breaks off', async () => {
    const { connection, events, wait } = await engine();
    const { end } = await watchContainer(connection, 'abc');
    (await events).destroy();
    (await wait).write(head + chunk({ StatusCode: 4 }));
    expect(await end).toMatchObject({ kind: 'exited', code: 4 });
  });

  it('is not known where both break off', async () => {
    const { connection, events, wait } = await engine();
    const { end } = await watchContainer(connection, 'abc');
    (await events).destroy();
    (await wait).destroy();
    expect(await end).toEqual({ kind: 'lost' });
  });

  it('is not known where the engine stops answering in order', async () => {
    const { connection, events, wait } = await engine();
    const { end } = await watchContainer(connection, 'abc');
    (await wait).end('HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}');
    (await events).end('0\r\n\r\n');
    expect(await end).toEqual({ kind: 'lost' });
  });

  it('cannot be watched where the engine refuses', async () => {
    const connection = await saying('HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n');
    await expect(watchContainer(connection, 'abc')).rejects.toThrow('500');
  });
});
