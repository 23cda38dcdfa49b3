// The launcher's side of the relay: what connects to a socket inside (templates/inside/relay) gets a connection of ours here,
// all over one stream. For engines that share our files but no sockets. What comes from inside may be hostile.

import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { messageOf } from '../base/errors.ts';
import { RelayChannel } from './relay-channel.ts';
import { encodeFrame, RelayDecoder, type RelayFrame } from './relay-frames.ts';
import { MalformedError } from './ssh-wire.ts';

export interface RelayOptions {
  /** What the program inside says, and what it hears. */
  input: Readable;
  output: Writable;
  /** A new connection, with allowHalfOpen, to what serves there under that name; undefined where nothing does. */
  connect: (service: string) => Socket | undefined;
  /** The inside listens. */
  onReady?: () => void;
  /** Once, when all of it is over; with what the inside should not have said, where that is why. */
  onEnd?: (problem?: string) => void;
}

export interface Relay {
  /** Ends every connection, and with its input the program inside. */
  close(): void;
}

/** Beyond these, connections are turned away. */
const mostChannels = 64;

/** Bytes on their way in, as memory has them. All windows together are half of it: an inside that reads gets nowhere near. */
const mostUnread = 8 * 1024 * 1024;
/** Bytes that a frame costs beside its own, about. */
const frameCost = 256;

export function openRelay(options: RelayOptions): Relay {
  const { input, output } = options;
  const channels = new Map<number, RelayChannel>();
  const decoder = new RelayDecoder();
  let last = 0;
  let unread = 0;
  let isOver = false;

  const end = (problem?: string): void => {
    if (isOver) return;
    isOver = true;
    for (const channel of channels.values()) channel.destroy();
    output.end();
    input.destroy();
    options.onEnd?.(problem);
  };
  const send = (frame: RelayFrame): void => {
    if (isOver || !output.writable) return;
    const data = encodeFrame(frame);
    const cost = data.length + frameCost;
    unread += cost;
    output.write(data, () => (unread -= cost));
    if (unread > mostUnread) end('it does not read what it is sent');
  };

  const open = (number: number, service: string): void => {
    if (number <= last) throw new MalformedError('a channel that there was already');
    last = number;
    const socket = channels.size < mostChannels ? options.connect(service) : undefined;
    if (socket === undefined) {
      send({ kind: 'close', channel: number });
      return;
    }
    const channel = new RelayChannel(number, socket, send, () => channels.delete(number));
    channels.set(number, channel);
  };
  const receive = (frame: RelayFrame): void => {
    if (frame.kind === 'ready') options.onReady?.();
    else if (frame.kind === 'open') open(frame.channel, frame.service);
    else if (frame.channel > last) throw new MalformedError('a channel that nobody opened');
    // One that is gone: this was on its way.
    else channels.get(frame.channel)?.receive(frame);
  };

  input.on('data', (data: Buffer) => {
    try {
      for (const frame of decoder.push(data)) if (!isOver) receive(frame);
    } catch (error) {
      end(messageOf(error));
    }
  });
  for (const stream of [input, output])
    stream
      .on('error', () => {
        end();
      })
      .once('close', () => {
        end();
      });
  input.once('end', () => {
    end();
  });
  return {
    close: () => {
      end();
    },
  };
}
