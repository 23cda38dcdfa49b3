// The SOCKS5 side of the egress proxy: names only, no password, connections only.

import type { Socket } from 'node:net';
import { normaliseHost } from '../base/host-name.ts';
import type { EgressGate, TunnelClient, Way } from './egress-gate.ts';
import { shownTarget } from './egress-policy.ts';
import { endWith } from './join.ts';
import {
  connectCommand,
  readGreeting,
  readRequest,
  socksAnswer,
  type socksAnswers,
  type SocksMessage,
} from './socks-frames.ts';

/** Milliseconds in which a client says what it wants. */
const patience = 10_000;

export function serveSocks(
  client: Socket,
  gate: EgressGate,
  serveHttp: TunnelClient['serveHttp'],
): void {
  let data = Buffer.alloc(0);
  let read: (data: Buffer) => SocksMessage = readGreeting;
  const timer = setTimeout(() => client.destroy(), patience);
  client.once('close', () => {
    clearTimeout(timer);
  });
  const finish = (answer: Buffer | undefined): void => {
    clearTimeout(timer);
    client.off('data', take).off('end', breakOff);
    if (answer) endWith(client, answer);
    else client.destroy();
  };
  const breakOff = (): void => {
    finish(undefined);
  };
  const take = (part: Buffer): void => {
    data = Buffer.concat([data, part]);
    const message = read(data);
    if (message.kind === 'more') return;
    if (message.kind === 'malformed') {
      finish(undefined);
      return;
    }
    data = data.subarray(message.length);
    if (message.kind === 'greeting') {
      if (!message.withoutPassword) {
        finish(Buffer.from([5, 0xff]));
        return;
      }
      client.write(Buffer.from([5, 0]));
      read = readRequest;
      if (data.length > 0) take(Buffer.alloc(0));
      return;
    }
    const { command, host: asked, port } = message;
    const host = 'name' in asked ? normaliseHost(asked.name) : undefined;
    if (command !== connectCommand) finish(socksAnswer('noSuchCommand'));
    else if (host === undefined || port === 0) {
      const said = 'name' in asked ? asked.name : asked.address;
      gate.deny('malformed', { host: shownTarget(said), port });
      finish(socksAnswer('name' in asked ? 'notAllowed' : 'noSuchAddress'));
    } else {
      clearTimeout(timer);
      client.pause().off('data', take).off('end', breakOff);
      if (data.length > 0) client.unshift(data);
      void gate.tunnel(client, { host, port }, { answer: answerTo(client), serveHttp });
    }
  };
  client.on('data', take).once('end', breakOff);
  client.resume();
}

const answerTo =
  (client: Socket) =>
  (way: Way | { isListed: boolean }): void => {
    const answer: keyof typeof socksAnswers =
      'isListed' in way ? 'ok' : 'denied' in way ? 'notAllowed' : 'unreachable';
    if (answer === 'ok') client.write(socksAnswer(answer));
    else endWith(client, socksAnswer(answer));
  };
