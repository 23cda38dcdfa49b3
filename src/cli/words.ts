// The words of every expected failure: what happened, why, what to do next. The one place where errors get their text.

import type { AiError, ErrorCode, ErrorFacts } from '../base/errors.ts';
import { showOnOneLine } from '../base/quote.ts';

export interface Words {
  /** What happened and why, in one sentence without a full stop. */
  what: string;
  /** More lines that belong to it, such as the output of a failed step. */
  details?: readonly string[];
  /** What to do next; a command where there is one. */
  next?: string;
}

const words: { [C in ErrorCode]: (facts: ErrorFacts[C]) => Words } = {
  AI_USAGE: ({ problem, next }) => ({ what: problem, ...(next && { next }) }),
  AI_UNKNOWN_NAME: ({ name, nearest }) => ({
    what: `“${name}” is no command and no assistant`,
    next: nearest
      ? `did you mean ai ${nearest}?  A prompt goes in quotes: ai "…"`
      : 'ai --help  A prompt goes in quotes: ai "…"',
  }),
  AI_SETTING_INVALID: ({ problems }) => ({
    what: problems.length === 1 ? 'a setting is wrong' : `${problems.length} settings are wrong`,
    details: problems.map(({ origin, key, problem, nearest }) => {
      const hint = nearest ? `; did you mean ${nearest}?` : '';
      return `${origin}: ${key} ${problem}${hint}`.replace(':  ', ': ');
    }),
  }),
  AI_DIRECTORY_MISSING: ({ path }) => ({ what: `there is no directory ${path}` }),
  AI_PROJECT_UNREADABLE: ({ path, cause }) => ({
    what: `cannot read the project ${path}: ${cause}`,
    next: `ls -ld ${path}`,
  }),
  AI_ROOT_REFUSED: ({ path, why }) => ({
    what: `will not mount ${path}: ${why}`,
    next: 'start ai in a project, or add --allow-root-dir if you mean it',
  }),
  AI_MOUNT_INVALID: ({ text, why }) => ({ what: `cannot mount ${text}: ${why}` }),
  AI_MOUNT_SOURCE_MISSING: ({ source }) => ({ what: `cannot mount ${source}: it does not exist` }),
  AI_MOUNT_CHANGED: ({ source }) => ({
    what: `${source} was replaced while the container started; nothing was run`,
  }),
  AI_TTY_MISSING: ({ command, instead }) => ({
    what: `${command} needs a terminal, and there is none here`,
    next: instead,
  }),
  AI_ENGINE_MISSING: ({ tried }) => ({
    what: 'no Docker Engine found on this machine',
    details: [`looked at: ${tried.join(', ')}`],
    next: 'start or install Docker (Debian, Ubuntu: apt install docker.io), or say where it is: ai --host unix:///path/to/docker.sock',
  }),
  AI_ENGINE_UNREACHABLE: ({ endpoint, cause }) => ({
    what: `cannot reach the engine at ${endpoint}: ${cause}`,
    next: 'start it (systemctl start docker), or look at DOCKER_HOST and docker context ls',
  }),
  AI_ENGINE_PERMISSION: ({ socket }) => ({
    what: `you may not use the engine at ${socket}`,
    next: 'sudo usermod -aG docker "$USER"  and log in again',
  }),
  AI_ENGINE_CONTEXT: ({ context, cause }) => ({
    what: `cannot use the docker context ${context}: ${cause}`,
    next: 'docker context ls',
  }),
  AI_ENGINE_API_OLD: ({ version, needed }) => ({
    what: `the engine is too old: it speaks API ${version}, ai needs ${needed} (Docker 20.10)`,
    next: 'update Docker',
  }),
  AI_ENGINE_REMOTE: ({ endpoint, cause }) => ({
    what: `the engine at ${endpoint} does not see the files of this machine: ${cause}`,
    next: 'use an engine on this machine: ai --host unix:///var/run/docker.sock',
  }),
  AI_ENGINE_REFUSED: ({ doing, status, message }) => ({
    what: `the engine refused to ${doing} (${status}): ${message}`,
  }),
  AI_ENGINE_LOST: ({ container }) => ({
    what: 'the engine went away during the session; how it ended is not known',
    next: `docker ps -a --filter name=${container}  The next ai cleans up`,
  }),
  AI_BASE_UNREACHABLE: ({ image, cause }) => ({
    what: `cannot get the base image ${image}: ${cause}`,
    next: 'check the network, or let ai make the base from Debian’s packages: ai --yes …',
  }),
  AI_BASE_FAILED: ({ step, output, next }) => ({
    what: `could not make the base image: ${step}`,
    details: output.split('\n'),
    ...(next && { next }),
  }),
  AI_IMAGE_BUILD_FAILED: ({ step, output, network, kept }) => ({
    what: `the image could not be built: ${step}`,
    details: output.split('\n'),
    next: [
      network
        ? 'this looks like the network: check it (and HTTP_PROXY, HTTPS_PROXY) and try again'
        : 'see the lines above',
      ...(kept ? ['the image you had is untouched'] : []),
    ].join('; '),
  }),
  AI_RUN_NOT_FOUND: ({ name }) => ({ what: `no run of yours is called ${name}`, next: 'ai ps' }),
  AI_FILE_UNREADABLE: ({ path, cause }) => ({
    what: `cannot read ${path}: ${cause}`,
    next: `ls -ld ${path}`,
  }),
  AI_STATE_UNWRITABLE: ({ path, cause }) => ({
    what: `cannot write ${path}: ${cause}`,
    next: `ls -ld ${path}`,
  }),
  AI_INTERRUPTED: () => ({ what: 'interrupted' }),
};

/** The words of an error, fit for a terminal whatever stood in its facts. */
export function wordsOf<C extends ErrorCode>(error: AiError<C>): Words {
  const { what, details, next } = words[error.code](error.facts);
  return {
    what: showOnOneLine(what),
    ...(details && { details: details.map(showOnOneLine) }),
    ...(next !== undefined && { next: showOnOneLine(next) }),
  };
}
