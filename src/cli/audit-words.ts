// A line of the audit in words for a table. Whatever stands in the file: others may have written there. Pure.

import { formatDuration } from '../base/units.ts';
import { countLeftOut, type AuditEntry } from '../journal/read-audit.ts';

/** Empty for one that has nothing to add. */
export function auditDetails(entry: AuditEntry): string {
  const untold = countLeftOut(entry);
  if (untold > 0) return `and ${untold} more times`;
  const words = ofEvent[entry.what]?.(entry) ?? others(entry);
  return words.filter((word) => word !== '').join(', ');
}

const ofEvent: Readonly<Partial<Record<string, (entry: AuditEntry) => readonly string[]>>> = {
  start: (entry) => [
    text(entry['assistant']),
    ...modeOf(entry['mode']),
    part('image', short(entry['image'])),
    part('plan', text(entry['plan']).slice(0, 12)),
  ],
  grants: (entry) => [
    ...['mounts', 'ports', 'hostPorts', 'variables', 'secrets', 'capabilities'].map((name) =>
      part(wordOf[name] ?? name, list(entry[name])),
    ),
    loginOf(entry['login']),
    entry['gh'] === true ? 'gh' : '',
    entry['browser'] === true ? 'browser' : '',
    sshOf(entry['ssh']),
    part('model', text(entry['model'])),
  ],
  end: (entry) => [
    'code' in entry ? `code ${text(entry['code'])}` : '',
    entry['reason'] === 'exit' ? '' : text(entry['reason']),
    typeof entry['seconds'] === 'number' ? `after ${formatDuration(entry['seconds'])}` : '',
  ],
  network: (entry) => [
    [entry['host'], entry['port']]
      .filter((one) => one !== undefined)
      .map(text)
      .join(':'),
    entry['allowed'] === true ? 'allowed' : `refused: ${refusalOf(text(entry['reason']))}`,
  ],
  browser: (entry) => [
    text(entry['origin']),
    entry['opened'] === true ? 'opened' : `not opened: ${text(entry['reason'])}`,
  ],
  'executable files changed': (entry) => [
    list(entry['files']),
    entry['more'] === undefined ? '' : `${text(entry['more'])} more`,
  ],
};

/** Why a host was not reached, by the words of src/tunnel/egress-policy.ts. */
export const refusalWords: Readonly<Partial<Record<string, string>>> = {
  unreachable: 'allowed, no answer',
  host: 'not allowed',
  port: 'not at this port',
  private: 'a private address',
  name: 'named another host, or none',
  protocol: 'no TLS, HTTP or SSH',
  malformed: 'no name of a host',
};
const refusalOf = (reason: string): string => refusalWords[reason] ?? reason;

const wordOf: Readonly<Partial<Record<string, string>>> = {
  hostPorts: 'ports of this machine',
};

/** What every line has, or a column of its own. */
const known = ['time', 'what', 'run', 'project', 'assistant'];

function others(entry: AuditEntry): readonly string[] {
  return Object.entries(entry)
    .filter(([name]) => !known.includes(name))
    .map(([name, value]) => part(name, Array.isArray(value) ? list(value) : text(value)));
}

const usual: readonly unknown[] = ['raw', 'open', 'report'];

/** Nothing for what is as in every run. */
function modeOf(mode: unknown): readonly string[] {
  return isRecord(mode)
    ? Object.entries(mode).flatMap(([name, value]) =>
        value === false || usual.includes(value)
          ? []
          : [value === true ? name : `${name} ${text(value)}`],
      )
    : [];
}

function loginOf(login: unknown): string {
  if (!isRecord(login)) return '';
  const profile = login['profile'] === 'default' ? '' : ` (profile ${text(login['profile'])})`;
  const how = login['new'] === true ? 'new ' : login['lent'] === true ? 'lent ' : '';
  return `${how}login of ${text(login['of'])}${profile}`;
}

function sshOf(ssh: unknown): string {
  if (!isRecord(ssh) || ssh['agent'] === 'none') return '';
  const where = ssh['agent'] === 'all' ? 'everywhere' : list(ssh['hosts']);
  return `ssh ${where}`;
}

const part = (name: string, value: string): string => (value === '' ? '' : `${name} ${value}`);

const list = (value: unknown): string => (Array.isArray(value) ? value.map(text).join(' ') : '');

const short = (value: unknown): string => text(value).split('/').at(-1) ?? '';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : value === undefined || value === null
      ? ''
      : JSON.stringify(value);
