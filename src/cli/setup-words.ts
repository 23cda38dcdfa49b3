// The words of setting up an engine: what is missing, who can bring it, and what helps where a step has failed.

import type { ErrorFacts } from '../base/errors.ts';

interface SetupWords {
  what: string;
  details?: readonly string[];
  next: string;
}

type SetupCode = Extract<keyof ErrorFacts, `AI_SETUP_${string}`>;

export const setupWords: { [C in SetupCode]: (facts: ErrorFacts[C]) => SetupWords } = {
  AI_SETUP_NEEDED: ({ missing, commands }) => ({
    what: `${missing}; these commands set it up:`,
    details: commands,
    next: 'ai setup --yes  runs them',
  }),
  AI_SETUP_ROOT: ({ missing, commands }) => ({
    what: `${missing}; setting it up takes root’s rights, and there is no sudo here:`,
    details: commands,
    next: 'su -  and then these commands, as root',
  }),
  AI_SETUP_UNSUPPORTED: ({ why, commands }) => ({
    what: why,
    details: commands,
    next: 'run these to get an engine; without one, ai --native runs the assistant with no isolation',
  }),
  AI_SETUP_NAMED: ({ origin, name, forbidden }) => ({
    what: `${origin} says which engine to use, ${name}, and ${
      forbidden ? 'you may not use it' : 'it does not answer'
    }; ai sets up no engine that was named`,
    next: `${forbidden ? 'ask whoever runs it' : 'start it'}, or ${withoutIt(origin)}`,
  }),
  AI_SETUP_FAILED: ({ step, output, next }) => ({
    what: `the engine could not be set up: ${step}`,
    details: output.split('\n'),
    next: next ?? nextAfter(output),
  }),
  AI_SETUP_LOGIN: ({ user, group }) => ({
    what: `the engine runs, and ${user} is in the group ${group}, which counts from the next login on`,
    next: `newgrp ${group}  and the same command again`,
  }),
};

/** How to do without what names an engine (EngineNaming in engines/docker/find.ts), so that `ai` chooses one. */
export function withoutIt(origin: string): string {
  const [, setting, place] = /^setting (\w+) \((.*)\)$/.exec(origin) ?? [];
  if (setting !== undefined && place !== undefined)
    return place.startsWith('AI_') ? `unset ${place}` : `take ${setting} out of ${place}`;
  if (origin.startsWith('context ')) return 'docker context use default';
  return origin.startsWith('--') ? `leave out ${origin}` : `unset ${origin}`;
}

function nextAfter(output: string): string {
  const [, next] = steps.find(([pattern]) => pattern.test(output)) ?? [];
  return next ?? 'see the lines above; ai setup goes on from where it stopped';
}

const steps: readonly [RegExp, string][] = [
  [/dpkg was interrupted/, 'sudo dpkg --configure -a  and then ai setup'],
  [/No space left on device/i, 'df -h /var  shows what is full'],
  [
    /Unable to locate package|no installation candidate/,
    'see whether apt knows where packages are (/etc/apt/sources.list.d; on Ubuntu: add-apt-repository universe), then ai setup',
  ],
  [
    /Could not get lock|is held by process/,
    'another installation is at work: wait for its end, then ai setup',
  ],
  [
    /Temporary failure|Could not (?:resolve|connect)|Failed to fetch|Connection (?:failed|timed out)/,
    'this looks like the network: check it (and HTTP_PROXY, HTTPS_PROXY), then ai setup',
  ],
  [
    /operation not permitted|permission denied/i,
    'this machine does not let an engine run (a container without privileges?): give it one from outside, or use ai --native',
  ],
];
