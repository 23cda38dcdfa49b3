// The words for what keeps `ai commit` from its end.

import type { ErrorFacts, GitTrouble } from '../base/errors.ts';
import { quoteForShell } from '../base/quote.ts';

interface Words {
  what: string;
  details?: readonly string[];
  next: string;
}

/** Lines of an answer, and of git's, that are shown. */
const mostLines = 20;

export const commitWords = {
  AI_GIT: gitWords,
  AI_COMMIT_SECRET: ({ places }: ErrorFacts['AI_COMMIT_SECRET']): Words => ({
    what: 'what is staged holds what looks like a secret, so nothing was sent to an assistant',
    details: places,
    next: 'git restore --staged FILE  takes it out; if it is none, git commit  does without ai',
  }),
  AI_COMMIT_ANSWER: ({
    assistant,
    name,
    why,
    said,
    code,
  }: ErrorFacts['AI_COMMIT_ANSWER']): Words => ({
    what:
      code === undefined
        ? `${assistant} gave no commit message that can be used: ${why}; what was staged still is`
        : `${assistant} ended with ${code} and gave no commit message${why === '' ? '' : ` (${why})`}; what was staged still is`,
    details: linesOf(said),
    next:
      code === undefined
        ? 'ai commit  tries again; -a NAME  asks another assistant'
        : `ai -p hello ${name}  shows whether it works at all; ai auth status  whether it is logged in`,
  }),
};

function gitWords(facts: GitTrouble): Words {
  switch (facts.trouble) {
    case 'no-repository':
      return {
        what: `${facts.path} is in no git repository`,
        next: 'git init  makes one; ai commit -C DIR  works in another directory',
      };
    case 'failed':
      return {
        what: `git cannot work in ${facts.path}`,
        details: linesOf(facts.said),
        next: 'git status',
      };
    case 'no-worktree':
      return {
        what: `${facts.path} is a repository without files, or git’s own directory`,
        next: 'ai commit -C DIR  with a directory that has the files',
      };
    case 'unmerged':
      return {
        what: 'there are conflicts that are not resolved yet',
        next: 'git status  names them; git add FILE  when one is resolved',
      };
    case 'under-way':
      return {
        what: `${facts.doing} is under way, and has a message of its own`,
        next: facts.next,
      };
    case 'nothing':
      return facts.where === ''
        ? { what: 'there is nothing to commit, and nothing to push', next: 'git status' }
        : {
            what: `there is nothing to commit; ${facts.unpushed === 0 ? 'the branch is' : `${facts.unpushed} commits are`} not on ${facts.where} yet`,
            next: 'ai commit --push',
          };
    case 'nothing-staged':
      return {
        what: 'nothing is staged, and there is no terminal to ask whether all of this is to be',
        details: facts.paths,
        next: 'git add --all  or git add FILE …; then ai commit',
      };
    case 'no-push':
      return { what: `nothing can be pushed: ${facts.why}`, next: facts.next };
    case 'changed':
      return {
        what: 'what is staged, or the branch, has changed since the message was written; nothing was committed',
        next: `ai commit  writes another one; git commit -F ${quoteForShell(facts.file)}  takes the one that there is`,
      };
    case 'commit-refused':
      return {
        what: 'git, or a hook of the repository, has refused the commit (see the lines above); what was staged still is',
        next: `git commit -F ${quoteForShell(facts.file)}  takes the message again`,
      };
    case 'push-refused':
      return {
        what: `the push to ${facts.where} failed (see the lines above); the commit is made, and stays`,
        next: facts.next,
      };
  }
}

const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const left = lines.length - mostLines;
  return left > 0 ? [...lines.slice(0, mostLines), `… ${left} more lines`] : lines;
};
