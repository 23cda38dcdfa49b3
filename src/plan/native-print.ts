// A run on the host as one line for a shell, and as data with its secrets covered. Pure.

import { quoteForShell } from '../base/quote.ts';
import { sourceOf } from './print.ts';
import type { NativePlan } from './native-plan.ts';
import type { Variable } from './run-plan.ts';

export interface ShellLine {
  line: string;
  /** What the run does and the line does not, for people. */
  leftOut: readonly string[];
}

/** `cd DIRECTORY && env … command`. Secrets stand there as what they are taken from. */
export function printAsShellLine(plan: NativePlan): ShellLine {
  const { environment, command, workingDirectory } = plan;
  const variables = [
    ...environment.unset.map(({ name }) => `-u ${name}`),
    ...environment.set.map(assignment),
  ];
  const words = [
    ...(variables.length > 0 ? ['env', ...variables] : []),
    ...command.argv.map(quoteForShell),
  ];
  return {
    line: `cd ${quoteForShell(workingDirectory.path)} && ${words.join(' ')}`,
    leftOut: leftOut(plan),
  };
}

/** The whole plan as data. */
export function nativePlanAsData(plan: NativePlan): object {
  const { set, unset } = plan.environment;
  return {
    ...plan,
    environment: {
      set: set.map((variable) => (variable.secret ? { ...variable, value: '***' } : variable)),
      unset,
    },
  };
}

function assignment({ name, value, secret, from }: Variable): string {
  if (!secret) return quoteForShell(`${name}=${value}`);
  return `${name}=${sourceOf(from ?? { variable: name })}`;
}

function leftOut({
  installation,
  environment,
  state,
  limits,
  terminal,
}: NativePlan): readonly string[] {
  const names = environment.set
    .filter(({ secret, from }) => secret && from === undefined)
    .map(({ name }) => name);
  return [
    ...(installation
      ? [`the installation of ${installation.packages.map(nameOf).join(' and ')} by npm`]
      : []),
    ...(names.length > 0
      ? [`the values of ${names.join(', ')} (set them in your environment)`]
      : []),
    ...(state ? ['the settings that save you the first questions'] : []),
    ...(terminal.safe ? ['the filter of the output (terminal: safe)'] : []),
    ...(limits.timeout ? [`the time limit of ${limits.timeout.seconds} s`] : []),
  ];
}

const nameOf = ({ name, version }: { name: string; version: string }): string =>
  `${name}@${version}`;
