// What `protect: readonly` is to make read-only in a project, looked up before a run. Nothing is loaded for it otherwise.

import type { GitSettingsFacts, ProjectFacts, StateFacts } from '../plan/facts.ts';
import type { ProtectFacts } from '../plan/protect-facts.ts';
import { protectOf } from '../settings/protect.ts';
import type { Settings } from '../settings/schema.ts';

export interface ProtectLook {
  settings: Settings;
  project: ProjectFacts;
  gitSettings: GitSettingsFacts;
  state: Pick<StateFacts, 'directory' | 'writable'>;
}

/** @throws AiError AI_PROTECT_LINK */
export async function lookForProtect({
  settings,
  project,
  gitSettings,
  state,
}: ProtectLook): Promise<ProtectFacts | undefined> {
  if (protectOf(settings) !== 'readonly') return undefined;
  const [{ lookForExecutables }, { readProtectedPaths, mostProtected }, kept, runs, { lookOf }] =
    await Promise.all([
      import('../read/executable-files.ts'),
      import('../read/protected-paths.ts'),
      import('../state/executables.ts'),
      import('../state/runs.ts'),
      import('./watch-executables.ts'),
    ]);
  const { root, git } = project;
  const look = lookOf(project, gitSettings);
  const { repositories } = lookForExecutables(look);
  const others = runs.plansIn(state.writable);
  const paths = readProtectedPaths({
    ...{ root, git, repositories, hooksPath: look.hooksPath },
    isOurs: (file) =>
      others.some(({ prepare }) => prepare.placeholders?.some(({ path }) => path === file)),
  });
  return {
    paths,
    left: Math.max(0, repositories.length - mostProtected),
    isNews: !kept.readChanges(state.directory, project.id).told,
  };
}
