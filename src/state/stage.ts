// The files of one run on the host: made before the start, gone after the end.

import { lstatSync, readFileSync, statSync } from 'node:fs';
import type { Seeds } from '../assistants/assistant.ts';
import { assistantOfRun } from '../assistants/registry.ts';
import { AiError, messageOf } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { quoteForSh } from '../base/quote.ts';
import { statWithoutLinks } from '../host/linkless.ts';
import { ownIdentity } from '../host/process-identity.ts';
import { renderGroup, renderPasswd } from '../plan/accounts.ts';
import { travelsUnseen } from '../plan/given-variables.ts';
import { runDirectory } from '../plan/inside.ts';
import type { Mount, RunPlan } from '../plan/run-plan.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { createMissing, giveTree } from './create.ts';
import { makePlaceholders } from './placeholders.ts';
import { writeRunFile } from './run-file.ts';
import { digestOf, recordText } from './run-record.ts';
import { livePlans } from './runs.ts';

export interface StageInput extends FillInput {
  /** `~/.docker-ai-config`. */
  stateDirectory: string;
  /** Directory with the image's own passwd, group and ca-certificates.crt. */
  imageFiles: string;
  caFiles: readonly string[];
  /** Takes secrets out of data. */
  coverData?: <T>(data: T) => T;
}

export interface FillInput {
  plan: RunPlan;
  /** Where the files of runs go. */
  writable: string;
  /** Takes secrets out of data. */
  coverData?: <T>(data: T) => T;
}

/** Makes the directories and files that the container's mounts refer to. Needed before the container is created. */
export function openStage(
  { plan, stateDirectory, writable, imageFiles, caFiles }: StageInput,
  made: string[] = [],
): { inside: string } {
  const paths = runPaths({ directory: writable, runId: plan.run.id });
  makePlaceholders(plan);
  createMissing(plan.prepare.create, made);
  giveState(plan, stateDirectory);
  createMissing([
    {
      path: paths.inside,
      kind: 'directory',
      mode: 0o755,
      owner: plan.user,
      below: writable,
      reason: '',
    },
  ]);
  const image = (name: string): string => readFileSync(path.join(imageFiles, name), 'utf8');
  writeRunFile(paths.passwd, renderPasswd(image('passwd'), plan.user), 0o644);
  writeRunFile(paths.group, renderGroup(image('group'), plan.user, plan.groups), 0o644);
  for (const { path: file, text, mode } of plan.prepare.write)
    writeRunFile(file, text, mode, plan.user);
  if (caFiles.length > 0) {
    const extra = caFiles.map((file) => readFileSync(file, 'utf8')).join('\n');
    writeRunFile(paths.certificates, `${image('ca-certificates.crt')}\n${extra}`, 0o644);
    writeRunFile(path.join(paths.inside, 'extra-ca.pem'), extra, 0o644);
  }
  return { inside: paths.inside };
}

/**
 * The state belongs to whoever runs inside. Root in somebody else's project hands it over, unless a session of another user
 * has it open: that one could no longer save its login.
 */
function giveState(plan: RunPlan, stateDirectory: string): void {
  // With --root it can be read whoever it belongs to, and is given back at the end.
  if (process.getuid?.() !== 0 || plan.security.capAdd.length > 0) return;
  const isOfState = ({ role, volume }: Mount): boolean =>
    role === 'state' || (role === 'overlay' && !volume);
  for (const { source } of plan.mounts.filter(isOfState)) {
    if (lstatSync(source).uid === plan.user.uid) continue;
    const other = livePlans(stateDirectory, plan.labels['ai.owner'] ?? '').find(
      ({ user, mounts, run }) =>
        run.id !== plan.run.id &&
        user.uid !== plan.user.uid &&
        mounts.some((mount) => mount.source === source),
    );
    if (other !== undefined)
      throw new AiError('AI_STATE_IN_USE', { path: source, run: other.run.id });
    giveTree(source, plan.user);
  }
}

/**
 * Fills what is read only when the first process starts. May run while the engine creates the container.
 * @returns the digest of the plan as it is stored
 */
export function fillStage(
  { plan, writable, coverData = (data) => data }: FillInput,
  endpoint: string,
): string {
  const paths = runPaths({ directory: writable, runId: plan.run.id });
  const stored = JSON.stringify(withoutSecrets(plan, coverData));
  const record = recordText({ launcher: ownIdentity(), endpoint }, stored);
  writeRunFile(path.join(paths.directory, 'plan.json'), record, 0o600);
  writeRunFile(path.join(paths.inside, 'id'), plan.run.id, 0o644);
  writeRunFile(path.join(paths.inside, 'mounts'), mountsScript(plan, paths.inside), 0o644);
  writeRunFile(path.join(paths.inside, 'env'), environmentScript(plan), 0o400, plan.user);
  return digestOf(stored);
}

/** What the assistant's data file wants in its settings for this run. */
export function seedsOf({ run, environment, mounts }: RunPlan): Seeds {
  const project = mounts.find(({ role }) => role === 'project')?.target ?? '/';
  const variables = new Map(environment.map(({ name, value }) => [name, value]));
  return assistantOfRun(run)?.state.seeds?.({ project, variables }) ?? {};
}

/** Sourced by templates/inside/start: device and inode of every mount as this host sees them. */
function mountsScript({ mounts }: RunPlan, inside: string): string {
  const stage = { role: 'run' as const, source: inside, target: runDirectory };
  // What the engine keeps itself nobody here can look at.
  const compared = [stage, ...mounts.filter(({ volume }) => !volume)];
  const expected = compared.map(identityOf);
  const targets = compared.map(({ target }) => quoteForSh(target));
  return `expected=${quoteForSh(expected.join('\n'))}\nverify_mounts ${targets.join(' ')}\n`;
}

/**
 * The user's own files are named by their real paths. One that leads elsewhere now was replaced since it was looked at, by a session
 * that runs there: the engine would follow it, and what is mounted would be just what is expected. So what is expected is found
 * without following any link.
 * @throws AiError AI_MOUNT_INVALID, AI_MOUNT_SOURCE_MISSING
 */
function identityOf({ role, source }: Pick<RunPlan['mounts'][number], 'role' | 'source'>): string {
  const isOfUser = ['project', 'git', 'extra', 'protect'].includes(role);
  try {
    const found = isOfUser ? statWithoutLinks(source) : statSync(source, { bigint: true });
    if (found !== 'link') return `${found.dev}:${found.ino}`;
  } catch (error) {
    throw new AiError(
      'AI_MOUNT_SOURCE_MISSING',
      { source: `${source} (${messageOf(error)})` },
      { cause: error },
    );
  }
  throw new AiError('AI_MOUNT_INVALID', {
    text: source,
    why: 'it was replaced by a link while the run was prepared',
  });
}

/** Sourced by templates/inside/start: secrets and what the user gives, which are to be in no configuration of the container. */
function environmentScript({ environment }: RunPlan): string {
  return environment
    .filter(travelsUnseen)
    .map(({ name, value }) => `export ${name}=${quoteForSh(value)}\n`)
    .join('');
}

/** Whoever finishes the run needs paths and names as they are; what ran inside is only to be read. */
const withoutSecrets = (plan: RunPlan, coverData: <T>(data: T) => T): RunPlan => ({
  ...plan,
  command: coverData(plan.command),
  environment: coverData(plan.environment.filter((one) => !travelsUnseen(one))),
  notes: coverData(plan.notes),
  prepare: { ...plan.prepare, write: [] },
});
