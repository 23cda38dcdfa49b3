// The logins of each assistant: there, expired, damaged, on loan; and whether others can read them. Never a secret.

import { lstatSync, readdirSync } from 'node:fs';
import type { Assistant, Credential } from '../../assistants/assistant.ts';
import { path } from '../../base/path.ts';
import { readRegularFile } from '../../host/files.ts';
import { backupDirectory, globalState } from '../../plan/places.ts';
import { readLoginStates, type LoginStates } from '../../read/login-states.ts';
import { versionsIn } from '../../state/backups.ts';
import { isDamaged, ruleOf } from '../../state/documents.ts';
import { isLoggedOut } from '../../state/logged-out.ts';
import { readValidity } from '../../state/login-validity.ts';
import type { Examination } from './examination.ts';

export interface LoginFacts {
  assistants: readonly AssistantLogin[];
  /** Files with logins and keys that others may read. */
  open: readonly OpenFile[];
  now: number;
}

export interface AssistantLogin extends LoginStates {
  name: string;
  title: string;
  /** The one that is started where none is named. */
  isInQuestion: boolean;
  validity: readonly Credential[];
  /** Files of logins that should be JSON and are none. */
  damaged: readonly string[];
  /** There is an earlier version of one of them. */
  isRestorable: boolean;
  isLoggedOut: boolean;
  /** Sessions get it without what renews it. */
  isLent: boolean;
  /** The variable without which it is of no use, where it has no login of its own. */
  needs: { variable: string; vendor: string } | undefined;
}

export interface OpenFile {
  path: string;
  mode: number;
}

export function lookAtLogins({
  world: { stateDirectory, environment },
  settings,
  assistants,
  assistant: inQuestion,
}: Examination): LoginFacts {
  const global = globalState(stateDirectory, settings.profile);
  const backupsOf = (name: string): string =>
    backupDirectory(stateDirectory, { profile: settings.profile, name });
  const logins = assistants.map((assistant): AssistantLogin => {
    const states = readLoginStates({ stateDirectory, environment, settings }, assistant);
    const needed = assistant.hostVariables.find(({ required }) => required !== undefined);
    return {
      ...states,
      ...{ name: assistant.name, title: assistant.title },
      isInQuestion: assistant.name === inQuestion.name,
      validity: readValidity(states.state, assistant.state),
      damaged: damagedIn(states.state, assistant),
      isRestorable: assistant.state.credentials.some(
        ({ file }) => versionsIn(path.join(backupsOf(assistant.name), file)).length > 0,
      ),
      isLoggedOut: isLoggedOut({ directory: states.state }),
      isLent: settings.auth === 'lend' || assistant.state.renewal !== undefined,
      needs: needed?.required && { variable: needed.name, vendor: needed.required.vendor },
    };
  });
  const files = [
    ...assistants.flatMap((assistant) => credentialFiles(global, assistant)),
    ...filesIn(path.join(global, 'secrets')),
    path.join(stateDirectory, 'env'),
    path.join(path.dirname(global), 'gh_config', 'hosts.yml'),
  ];
  return { assistants: logins, open: [...new Set(files)].flatMap(openFile), now: Date.now() };
}

const damagedIn = (directory: string, { state }: Assistant): readonly string[] =>
  state.credentials
    .map(({ file }) => ({ file: path.join(directory, file), rule: ruleOf(state, file) }))
    .filter(({ file, rule }) => isDamaged(rule, readRegularFile(file) ?? ''))
    .map(({ file }) => file);

const credentialFiles = (global: string, { name, state }: Assistant): readonly string[] =>
  state.credentials.map(({ file }) => path.join(global, name, file));

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).map((name) => path.join(directory, name));
  } catch {
    return [];
  }
}

/** Links lead to what is not ours to change. */
function openFile(file: string): readonly OpenFile[] {
  try {
    const stats = lstatSync(file);
    const isOpen = stats.isFile() && (stats.mode & 0o077) !== 0;
    return isOpen ? [{ path: file, mode: stats.mode & 0o777 }] : [];
  } catch {
    return [];
  }
}
