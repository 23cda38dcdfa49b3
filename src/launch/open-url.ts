// The page on which a login is made, opened in the user's browser as soon as the assistant prints its address.

import { desktopOf } from '../read/desktop.ts';
import { judgeLink } from '../tunnel/link-policy.ts';
import { openPage } from './open-page.ts';
import { isAtTerminal, type World } from './world.ts';

/** The same world, with an eye on what is printed. Where there is no desktop the printed address has to do. */
export function openUrlsIn(world: World): World {
  const opener = desktopOf(world.environment);
  if (opener === undefined || opener === 'ssh' || !isAtTerminal(world)) return world;
  let seen = '';
  let opened = false;
  const see = (chunk: unknown): void => {
    if (opened) return;
    seen = `${seen}${Buffer.isBuffer(chunk) ? chunk.toString('utf8') : String(chunk)}`.slice(-8192);
    const [address] = addressIn(seen) ?? [];
    if (address === undefined) return;
    opened = true;
    const { link, denied } = judgeLink(address, { publish: [] });
    // The log-in's own port is published: it does come back.
    if (link === undefined || (denied !== undefined && denied !== 'callback')) return;
    void openPage(opener, link.url, world).then((text) => {
      if (text !== undefined) world.emit({ type: 'debug', text });
    });
  };
  const { stdin, stdout, stderr } = world.streams;
  return { ...world, streams: { stdin, stdout: watched(stdout, see), stderr } };
}

/** Whole: what follows it is there as well. Only https: a callback on this machine is no page for people. */
export const addressIn = (text: string): RegExpExecArray | null =>
  /https:\/\/[^\s\p{Cc}"'<>]+(?=[\s\p{Cc}"'<>])/u.exec(text);

/** A stream like the other, whose writes are seen. */
function watched<T extends World['streams']['stdout']>(
  stream: T,
  see: (chunk: unknown) => void,
): T {
  return new Proxy(stream, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const method = value.bind(target) as (...args: unknown[]) => unknown;
      if (key !== 'write') return method;
      return (...args: unknown[]) => {
        see(args[0]);
        return method(...args);
      };
    },
  });
}
