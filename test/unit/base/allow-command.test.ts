import { expect, it } from 'vitest';
import { allowCommand } from '../../../src/base/allow-command.ts';

const _ = (host: string, port: number | undefined, reason: string, command: string | undefined) => {
  it(`${host} at ${port ?? 'no port'}, ${reason}: ${command ?? 'none'}`, () => {
    expect(allowCommand({ host, ...(port !== undefined && { port }) }, reason)).toBe(command);
  });
};

_('a.test', 443, 'host', 'ai net allow a.test');
_('a.test', 22, 'host', 'ai net allow a.test');
_('a.test', undefined, 'host', 'ai net allow a.test');
_('a.test', 8443, 'host', 'ai net allow a.test:8443');
_('a.test', 25, 'port', 'ai net allow a.test:25');
_('a.test', 443, 'port', 'ai net allow a.test:443');
_('a.test', 443, 'protocol', 'ai net allow a.test:443');
for (const reason of ['private', 'name', 'malformed', 'unreachable', '', 'toString'])
  _('a.test', 443, reason, undefined);
_('intranet', 443, 'host', undefined);
_('work', 22, 'port', undefined);
