// Whose home it is, and where the state of `ai` lies.

import os from 'node:os';
import { path } from '../base/path.ts';

type Environment = Readonly<Partial<Record<string, string>>>;

/** As shells have it; the account's own where HOME is not set. */
export const homeOf = (environment: Environment): string =>
  environment['HOME'] || account()?.homedir || '/';

/** `$DOCKER_AI_CONFIG_HOME`, else `~/.docker-ai-config`. */
export const stateDirectoryOf = (environment: Environment, home: string): string =>
  path.resolve(environment['DOCKER_AI_CONFIG_HOME'] || path.join(home, '.docker-ai-config'));

/** The user's settings. */
export const settingsFile = (stateDirectory: string): string =>
  path.join(stateDirectory, 'config.yaml');

/** The entry in passwd; a user who was made by `docker run --user` or by a directory that is out of reach has none. */
export function account(): os.UserInfo<string> | undefined {
  try {
    return os.userInfo();
  } catch {
    return undefined;
  }
}
