// The README's table of what a run may do by default and with --secure, in Markdown, from plans: it says what is done. Rows that nothing changes are fixed words. Pure.

import { protectOf } from '../settings/protect.ts';
import type { Settings } from '../settings/schema.ts';
import type { Limits, RunPlan, Scratch } from './run-plan.ts';
import { writeSize } from '../base/units.ts';

export interface Preset {
  settings: Settings;
  plan: RunPlan;
}

const rows: readonly (readonly [string, (preset: Preset) => string])[] = [
  ['user', ({ plan }) => (plan.user.uid === 0 ? 'root' : 'you')],
  ['capabilities', ({ plan }) => list(plan.security.capAdd)],
  ['new privileges (setuid)', ({ plan }) => (plan.security.noNewPrivileges ? 'none' : 'yes')],
  ['system calls', () => 'the engine’s seccomp profile'],
  [
    'the image’s own files',
    ({ plan: { fileSystem } }) =>
      fileSystem.readOnly
        ? `read-only, but for ${scratch(fileSystem.scratch)} (programs may run there)`
        : 'writable, gone with the run',
  ],
  ['project and home', () => 'writable; the home is made for the run'],
  ['engine’s socket, devices, privileged mode', () => 'never'],
  ['processes', ({ plan }) => `${plan.limits.pids.count} (\`--pids\`)`],
  [
    'memory',
    ({ plan: { limits, engine } }) => `${memory(limits.memory, engine.memory)} (\`--memory\`)`,
  ],
  [
    'processors',
    ({ plan: { limits } }) =>
      (limits.cpuShares?.count ?? 1024) < 1024
        ? 'after other work (`--cpus`)'
        : 'the usual weight (`--cpus`)',
  ],
  ['time', ({ plan }) => (plan.limits.timeout ? 'limited' : 'no limit (`--timeout`)')],
  ['health', ({ plan }) => (plan.health ? `looked at every ${plan.health.seconds} s` : 'no check')],
  ['`network`', ({ settings }) => code(settings.network)],
  ['`protect`', ({ settings }) => code(protectOf(settings))],
  ['`auth`', ({ settings }) => code(settings.auth)],
  ['`ssh`', ({ settings }) => settings['ssh.mode'].map(code).join(' ')],
  ['`terminal`', ({ settings }) => code(settings.terminal)],
  ['`browser`', ({ settings }) => code(settings.browser)],
];

/** A row for each; the last line has no line end. */
export function presetTable(standard: Preset, secure: Preset): string {
  const lines = rows.map(([what, say]) => [what, say(standard), say(secure)]);
  return [['', 'default', '`--secure`'], ['---', '---', '---'], ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`.replaceAll('  ', ' '))
    .join('\n');
}

const scratch = (all: readonly Scratch[]): string =>
  all
    .map(({ directory, size }) => code(directory) + (size === undefined ? '' : ` (${size})`))
    .join(', ');

function memory(limit: Limits['memory'], ofMachine = 0): string {
  if (limit === undefined) return 'no limit';
  const share = `${Math.round((100 * limit.bytes) / ofMachine)} % of the machine’s`;
  return limit.swap ? share : `${writeSize(limit.bytes)}, or 80 % of the machine’s if that is less`;
}

const list = (words: readonly string[]): string => (words.length === 0 ? 'none' : words.join(' '));
const code = (text: string): string => `\`${text}\``;
