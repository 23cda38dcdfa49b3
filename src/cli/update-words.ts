// The words for updates that did not come about, and for versions that are not to be had.

import type { ErrorFacts } from '../base/errors.ts';
import { quoteForShell } from '../base/quote.ts';
import { plainCause } from './engine-words.ts';

interface Words {
  what: string;
  details?: readonly string[];
  next: string;
}

export const updateWords = {
  AI_REGISTRY_UNREACHABLE: ({
    package: wanted,
    cause,
  }: ErrorFacts['AI_REGISTRY_UNREACHABLE']): Words => ({
    what: `npm’s registry could not be asked for ${wanted}: ${plainCause(cause)}; nothing of it was changed`,
    next: `check the network (and HTTP_PROXY, HTTPS_PROXY), and try: npm view ${quoteForShell(wanted)} version`,
  }),
  AI_VERSION_UNKNOWN: ({
    assistant,
    version,
    known,
    offline,
  }: ErrorFacts['AI_VERSION_UNKNOWN']): Words => ({
    what: offline
      ? `nothing is known here of ${assistant} ${version}, and npm’s registry could not be asked`
      : `there is no ${assistant} ${version}`,
    next: `choose another one: ai image pin ${quoteForShell(assistant)} ${known.join('|')}`,
  }),
  AI_UPDATE_FAILED: ({
    assistant,
    version,
    here,
    why,
    output,
    base,
  }: ErrorFacts['AI_UPDATE_FAILED']): Words => ({
    what:
      base === undefined
        ? `${assistant} ${version} does not do: ${why}; ${here} stays`
        : `${assistant} ${version} does not do on the newer ${base}: ${why}; the base of before stays`,
    ...(output !== '' && { details: output.split('\n') }),
    next: `ai update ${quoteForShell(assistant)}  tries again; wait for the next ${base === undefined ? 'version' : 'base'} if that says the same`,
  }),
  AI_ROLLBACK_NONE: ({ assistant, version, have }: ErrorFacts['AI_ROLLBACK_NONE']): Words => ({
    what:
      version === undefined
        ? `no earlier version of ${assistant} is kept`
        : `no version ${version} of ${assistant} is kept`,
    next:
      have.length > 0
        ? `ai image rollback ${quoteForShell(assistant)} ${have.join('|')}`
        : `ai image pin ${quoteForShell(assistant)} VERSION  takes any that there is`,
  }),
};
