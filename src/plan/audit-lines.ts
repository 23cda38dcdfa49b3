// The lines of audit.jsonl: which there are, and what each tells. Names of variables, never their values. Pure.

import type { AuditLine } from '../base/audit-line.ts';
import { isInside } from '../base/paths.ts';
import { protectOf } from '../settings/protect.ts';
import type { Settings } from '../settings/schema.ts';
import type { Mount, RunPlan, Variable } from './run-plan.ts';
import { showRemote } from './ssh.ts';

/** Of whom a line is. */
export interface AuditedRun {
  readonly run: string;
  readonly assistant: string;
  readonly project: string;
}

export const auditedRun = ({ run, project }: Pick<RunPlan, 'run' | 'project'>): AuditedRun => ({
  run: run.id,
  assistant: run.assistant,
  project: project.root,
});

/**
 * @param digest sha256 of the plan as it is stored
 * @param imageId where the engine has told it
 */
export function startLine(
  plan: RunPlan,
  settings: Settings,
  { digest, imageId }: { digest: string; imageId: string | undefined },
): AuditLine {
  return {
    what: 'start',
    ...auditedRun(plan),
    plan: digest,
    image: plan.image.tag,
    ...(imageId !== undefined && { imageId }),
    mode: modeOf(settings),
  };
}

export const modeOf = (settings: Settings): object => {
  const { yolo, secure, network, root, terminal } = settings;
  return { yolo, secure, network, protect: protectOf(settings), root, terminal };
};

/** @param hasLogin there is one that the run gets, or it is there to make one */
export function grantsLine(plan: RunPlan, hasLogin: boolean): AuditLine {
  const { environment, mounts, network, hostPorts, project, security, ssh, state, model } = plan;
  const isBeyond = ({ role, source }: Mount): boolean =>
    role === 'extra' || (role === 'git' && !isInside(source, project.root));
  return {
    what: 'grants',
    ...auditedRun(plan),
    mounts: mounts
      .filter(isBeyond)
      .map(({ source, target, readOnly }) => `${source}:${target}${readOnly ? ':ro' : ''}`),
    ports: network.publish.map(
      ({ hostAddress, hostPort, containerPort, protocol }) =>
        `${hostAddress}:${hostPort}:${containerPort}/${protocol}`,
    ),
    hostPorts: hostPorts.map(({ host, hostPort }) => `${host}:${hostPort}`),
    variables: environment.filter(isGiven).map(({ name }) => name),
    secrets: environment.filter(({ secret }) => secret).map(({ name }) => name),
    ...(hasLogin && {
      login: { of: state.name, profile: state.profile, lent: state.lend, new: state.signIn },
    }),
    ...(mounts.some(({ target }) => target.endsWith('/.config/gh')) && { gh: true }),
    ssh: {
      agent: ssh.agent,
      hosts: ssh.hosts.map(showRemote),
      ...(ssh.fingerprints && { keys: ssh.fingerprints }),
    },
    ...(plan.browser?.opener && { browser: true }),
    ...(model && { model: `${model.provider}:${model.name}` }),
    ...(security.capAdd.length > 0 && { capabilities: security.capAdd }),
  };
}

/** Of a run on the host itself, which has everything that the user has. */
export const nativeStartLine = (
  run: AuditedRun,
  { yolo, terminal }: Settings,
  digest: string,
): AuditLine => ({
  what: 'start',
  ...run,
  plan: digest,
  mode: { native: true, yolo, terminal },
});

export const nativeGrantsLine = (run: AuditedRun, given: readonly Variable[]): AuditLine => ({
  what: 'grants',
  ...run,
  variables: given.filter(isGiven).map(({ name }) => name),
  secrets: given.filter(({ secret }) => secret).map(({ name }) => name),
});

/** What the user gave it, or a place of theirs: not what the launcher sets in every run. */
const isGiven = ({ secret, from, reason }: Variable): boolean =>
  !secret && (from !== undefined || reason.startsWith('setting '));

/** Names of a list that are told; of the others their number is. */
const mostNames = 200;

/** @param files paths below the root of the project */
export const changedLine = (
  plan: Pick<RunPlan, 'run' | 'project'>,
  files: readonly string[],
): AuditLine => ({
  what: 'executable files changed',
  ...auditedRun(plan),
  files: files.slice(0, mostNames),
  ...(files.length > mostNames && { more: files.length - mostNames }),
});

export interface RunOutcome {
  /** The assistant's own; 124 where its time was over. */
  code: number;
  reason: 'exit' | 'signal' | 'time-out' | 'out of memory';
  /** Seconds since the start. */
  seconds: number;
}

export const endLine = (run: AuditedRun, outcome: RunOutcome): AuditLine => ({
  ...{ what: 'end', ...run },
  ...{ ...outcome, seconds: Math.round(outcome.seconds * 10) / 10 },
});

/** Of a run whose launcher did not see its end: a later `ai` has finished it. */
export const recoveredLine = (run: AuditedRun): AuditLine => ({
  ...{ what: 'end', ...run, reason: 'recovered' },
});

export interface SeenEnd {
  code: number;
  /** Where that is known for itself, as of a process of this machine; else a code tells of one. */
  signal?: string | undefined;
  outOfMemory: boolean;
  timedOut: boolean;
}

export function outcomeOf(end: SeenEnd, seconds: number): RunOutcome {
  const { code, outOfMemory, timedOut } = end;
  if (timedOut) return { code: 124, reason: 'time-out', seconds };
  const wasKilled = 'signal' in end ? end.signal !== undefined : isOfSignal(code);
  if (outOfMemory && wasKilled) return { code, reason: 'out of memory', seconds };
  return { code, reason: wasKilled ? 'signal' : 'exit', seconds };
}

/** 128 and the number of a signal, of which Linux has 64; programs end with 200 or 255 of their own. */
const isOfSignal = (code: number): boolean => code > 128 && code <= 128 + 64;
