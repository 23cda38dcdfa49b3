// The words of every expected failure: what happened, why, what to do next. The one place where errors get their text.

import { baseImage } from '../base/base-image.ts';
import type { AiError, ErrorCode, ErrorFacts } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { quoteForShell, showOnOneLine } from '../base/quote.ts';
import { commitWords } from './commit-words.ts';
import { contextNext, plainCause, plainEngineText, refusalWords } from './engine-words.ts';
import { buildWords, lockWords, platformWords } from './image-words.ts';
import { installationWords } from './native-words.ts';
import { missingWords, permissionWords, unreachableWords } from './reach-words.ts';
import { projectImageWords } from './project-image-words.ts';
import { secretCommandWords } from './secret-words.ts';
import { setupWords } from './setup-words.ts';
import { nextFor, problemLines } from './setting-words.ts';
import { sshTroubleWords } from './ssh-words.ts';
import { updateWords } from './update-words.ts';

export interface Words {
  /** What happened and why, in one sentence without a full stop. */
  what: string;
  /** More lines that belong to it, such as the output of a failed step. */
  details?: readonly string[];
  /** What to do next; a command where there is one. */
  next: string;
}

const words: { [C in ErrorCode]: (facts: ErrorFacts[C]) => Words } = {
  AI_USAGE: ({ problem, next }) => ({ what: problem, next: next ?? 'ai --help' }),
  AI_UNKNOWN_NAME: ({ name, nearest, assistants, command = 'ai -a' }) =>
    assistants === undefined
      ? {
          what: `“${name}” is neither a command nor an assistant`,
          next: nearest
            ? `did you mean ai ${nearest}?  A prompt goes in quotes: ai "…"`
            : 'ai --help  A prompt goes in quotes: ai "…"',
        }
      : {
          what: `“${name}” is not an assistant`,
          next: nearest
            ? `did you mean ${nearest}?`
            : `choose one: ${assistants.map((assistant) => `${command} ${assistant}`).join(', ')}`,
        },
  AI_SETTING_INVALID: ({ problems }) => ({
    what: problems.length === 1 ? 'a setting is wrong' : `${problems.length} settings are wrong`,
    details: problemLines(problems),
    next: nextFor(problems),
  }),
  AI_DIRECTORY_MISSING: ({ path: directory }) =>
    directory === undefined
      ? { what: 'the current directory is gone', next: 'cd "$HOME"  or to a directory that exists' }
      : {
          what: `there is no directory ${directory}`,
          next: `mkdir -p ${quoteForShell(directory)}  or name one that is there: ai -C DIRECTORY`,
        },
  AI_PROJECT_UNREADABLE: ({ path: directory, cause }) => ({
    what: `cannot read the project ${directory}: ${plainCause(cause)}`,
    next: `ls -ld ${quoteForShell(directory)}`,
  }),
  AI_ROOT_REFUSED: ({ path: directory, why }) => ({
    what: `will not mount ${directory}: ${why}`,
    next: 'start ai in a project, or add --allow-root-dir if you mean it',
  }),
  AI_MOUNT_INVALID: ({ text, why }) => ({
    what: `cannot mount ${text}: ${plainCause(why)}`,
    next: 'give it as -v HOST:/CONTAINER or -v HOST:/CONTAINER:ro, in a place of its own',
  }),
  AI_MOUNT_SOURCE_MISSING: ({ source }) => ({
    what: `cannot mount ${source}: it does not exist`,
    next: `mkdir -p ${quoteForShell(source)}  if it is to be a directory, or correct the path`,
  }),
  AI_MOUNT_SOCKET: ({ path: directory, socket }) => ({
    what: `will not mount ${directory}: the engine’s socket ${socket} is in it, and whoever has that is root on this machine`,
    next: 'mount a directory that does not hold it',
  }),
  AI_PROTECT_LINK: ({ path: file }) => ({
    what: `cannot make ${file} read-only: it is a link, or no plain file or directory, and could lead anywhere`,
    next: `ls -ld ${quoteForShell(file)}  Put a real one there, or leave git as it is for this run: ai --protect report`,
  }),
  AI_MASK_TOO_MANY: ({ pattern, matches, most }) => ({
    what: `mask matches more than ${most} places: ${pattern} alone matches ${matches}`,
    next: 'hide a whole directory instead, like /secrets/, or take some back with !pattern (setting mask)',
  }),
  AI_MASK_DIRECTORY: ({ name, pattern }) => ({
    what: `mask hides ${name}, the directory that the run would start in (${pattern})`,
    next: `start in another one, or show it for this run: ai --mask ${quoteForShell(`!${pattern}`)}`,
  }),
  AI_KEY_MISSING: ({ assistant, vendor, page, variable, file }) => ({
    what: `${assistant} needs an API key from ${vendor}${page === undefined ? '' : `, which you get at ${page}`}`,
    // Typed in, not given as a word, so that it is in no history of a shell.
    next: `${file === undefined ? '' : `ai secrets set ${quoteForShell(variable)}  or `}export ${variable}=…`,
  }),
  AI_ENDPOINT_MALFORMED: ({ assistant, variable }) => ({
    what: `${assistant} cannot use the endpoint in ${variable}: it is not an http or https address`,
    next: `export ${variable}=https://HOST/PATH  or, for the vendor itself, unset ${variable}`,
  }),
  AI_SECRET_COMMAND: secretCommandWords,
  AI_SECRET_MISSING: ({ names, where, elsewhere }) => ({
    what: `no secret ${where} is called ${names.join(', ')}`,
    next: elsewhere === undefined ? 'ai secrets list' : `ai secrets rm ${elsewhere}`,
  }),
  AI_ASSISTANT_MISSING: ({ assistant, title, package: wanted }) =>
    wanted === undefined
      ? {
          what: `${title} is not on your PATH, and only its image has it`,
          next: `ai ${assistant}  in a container, or install it yourself`,
        }
      : {
          what: `${title} is not on your PATH, and was not installed`,
          next: `ai --native --yes ${assistant}  installs ${wanted} for ai alone; or by yourself: npm install -g ${wanted}`,
        },
  AI_INSTALL_FAILED: installationWords,
  AI_COMMAND_NOT_FOUND: ({ command }) => ({
    what: `${command}: command not found`,
    next: 'check its name and your PATH',
  }),
  AI_COMMAND_NOT_EXECUTABLE: ({ command, cause }) => ({
    what: `${command} cannot be executed: ${plainCause(cause)}`,
    next: `ls -ld ${quoteForShell(command)}`,
  }),
  AI_TTY_MISSING: ({ command, instead }) => ({
    what: `${command} needs a terminal, and there is none here`,
    next: instead,
  }),
  AI_ENGINE_MISSING: missingWords,
  AI_ENGINE_UNREACHABLE: unreachableWords,
  AI_ENGINE_PERMISSION: permissionWords,
  AI_ENGINE_CONTEXT: ({ context, cause, origin }) => ({
    what: `cannot use the docker context ${context}: ${plainCause(cause)}`,
    next: contextNext(origin),
  }),
  AI_ENGINE_API_OLD: ({ version, needed }) => ({
    what: `the engine is too old: it speaks API ${version}, ai needs ${needed} (Docker 20.10, Podman 4)`,
    next: 'update Docker, or Podman',
  }),
  AI_ENGINE_REMOTE: ({ endpoint, cause }) => ({
    what: `the engine at ${endpoint} does not see the files of this machine: ${cause}`,
    next: 'start ai over there, or use an engine on this machine: ai --host unix:///var/run/docker.sock',
  }),
  AI_ENGINE_SSH: sshTroubleWords,
  AI_ENGINE_REFUSED: refusalWords,
  AI_ENGINE_LOST: ({ container }) => ({
    what: 'the engine went away during the session; how it ended is not known',
    next: `docker ps -a --filter ${quoteForShell(`name=${container}`)}  The next ai cleans up`,
  }),
  ...setupWords,
  AI_BASE_UNREACHABLE: ({ image, cause }) => ({
    what: `cannot get the base image ${image}: ${plainEngineText(cause)}`,
    next:
      image === baseImage
        ? 'check the network, or let ai make the base from Debian’s packages: ai --yes …'
        : 'check its name (setting image.base) and the network',
  }),
  AI_BASE_FAILED: ({ step, output, next }) => ({
    what: `could not make the base image: ${step}`,
    details: output.split('\n'),
    next:
      next ??
      `see the lines above; where a registry can be reached, docker pull ${baseImage} does instead`,
  }),
  ...updateWords,
  AI_LOCK_FAILED: lockWords,
  AI_IMAGE_BUILD_FAILED: buildWords,
  AI_IMAGE_MISSING: ({ image, assistant, cause }) => ({
    what: `cannot get the image ${image}: ${plainEngineText(cause)}`,
    next: `check assistants.${assistant}.image, and try: docker pull ${quoteForShell(image)}`,
  }),
  AI_IMAGE_PLATFORM: platformWords,
  AI_IMAGE_UNFIT: ({ image, assistant, why, source }) => ({
    what: `the image ${image} cannot be used: ${why}`,
    next: source
      ? `change ${source}, or do without it`
      : `name one that has it: assistants.${assistant}.image`,
  }),
  ...projectImageWords,
  AI_RUN_NOT_FOUND: ({ name }) => ({ what: `no run of yours is called ${name}`, next: 'ai ps' }),
  AI_FILE_UNREADABLE: ({ path: file, cause }) => ({
    what: `cannot read ${file}: ${plainCause(cause)}`,
    next: `ls -ld ${quoteForShell(file)}`,
  }),
  AI_STATE_IN_USE: ({ path: directory, run }) => ({
    what: `${directory} is in use by ${run}, which runs as another user`,
    next: `ai stop ${quoteForShell(run)}  or wait until it has ended`,
  }),
  AI_BACKUP_DAMAGED: ({ path: file, cause }) => ({
    what: `the backup ${file} cannot be used: ${plainCause(cause)}; nothing was restored`,
    next: 'ai auth restore --from TIME  takes another one; ai auth backup --list  shows them',
  }),
  AI_BACKUP_MISSING: ({ wanted, have }) => ({
    what: `there is no backup ${wanted}`,
    ...(have.length > 0 && { details: have }),
    next: have.length > 0 ? 'ai auth restore --from TIME' : 'ai auth backup  makes one',
  }),
  AI_STATE_UNSAVED: ({ path: file, cause, stage }) => ({
    what: `what this session has changed of logins and settings is not saved: cannot write ${file}: ${plainCause(cause)}`,
    details: [`it is kept in ${stage}`],
    next: /ENOSPC|EDQUOT|no space left/.test(cause)
      ? `make room (df -h ${quoteForShell(path.dirname(file))}); the next ai saves it`
      : `ls -ld ${quoteForShell(path.dirname(file))}  When that can be written, the next ai saves it`,
  }),
  AI_STATE_UNWRITABLE: ({ path: file, cause }) => ({
    what: `cannot write ${file}: ${plainCause(cause)}`,
    next: /ENOSPC|EDQUOT|no space left/.test(cause)
      ? `df -h ${quoteForShell(path.dirname(file))}`
      : `ls -ld ${quoteForShell(path.dirname(file))} ${quoteForShell(file)}`,
  }),
  AI_FILES_ROOTS: ({ paths, owner, cause }) => ({
    what: `files that this run has made as root stay root’s: ${plainCause(cause)}`,
    details: paths,
    next: `sudo chown -hR --from=0 ${owner} ${paths.map(quoteForShell).join(' ')}`,
  }),
  ...commitWords,
  AI_INTERRUPTED: ({ before }) => ({
    what: `interrupted before ${before}`,
    next: 'the same command starts it again',
  }),
};

/** The words of an error, fit for a terminal whatever stood in its facts. */
export function wordsOf<C extends ErrorCode>(error: AiError<C>): Words {
  const { what, details, next } = words[error.code](error.facts);
  return {
    what: showOnOneLine(what),
    ...(details && { details: details.map(showOnOneLine) }),
    next: showOnOneLine(next),
  };
}
