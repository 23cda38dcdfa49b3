// The pages of errors of `ai commit`.

import type { ErrorPages } from './page.ts';

export const commitPages = {
  AI_GIT: {
    summary: 'git, or where it stands, does not allow a commit or a push',
    means:
      'The message says what is in the way. What is staged stays staged, and a commit that was made stays made.',
    causes: [
      'nothing is staged, and there is no terminal to ask at',
      'conflicts are not resolved, or a merge or rebase is under way',
      'a hook of the repository refused the commit',
    ],
    remedies: [
      ['git status', 'shows where the repository stands'],
      ['git add --all', 'stages everything, which `ai commit` does not do unasked'],
      ['git pull --rebase', 'brings what the remote has, before another push'],
      [
        'git commit -F FILE',
        'takes a message that was not used, from the file that the error names',
      ],
    ],
    example: { trouble: 'nothing-staged', paths: ['src/parse.ts', 'README.md'] },
  },
  AI_COMMIT_SECRET: {
    summary: 'what is staged looks like a secret',
    means:
      'A line that is staged looks like a key, a token or a password, or is a secret that `ai` knows. Nothing was sent to an assistant, and nothing was committed.',
    causes: [
      'an `.env` file or a key was staged with everything else',
      'a test or an example with a value that looks real',
    ],
    remedies: [
      ['git restore --staged FILE', 'takes a file out of the commit'],
      ['ai secrets set NAME', 'keeps a key where runs get it and repositories do not'],
      'If it is no secret, `git commit` commits without `ai`.',
    ],
    example: { places: ['.env:3', 'src/client.ts:12'] },
  },
  AI_COMMIT_ANSWER: {
    summary: 'the assistant gave no commit message that can be used',
    means:
      'The assistant was asked twice, and its answers were no Conventional Commit, or it failed. Nothing was committed, and what is staged stays staged.',
    causes: [
      'the assistant is not logged in, or its quota is used up',
      'a small model that does not keep to the form',
    ],
    remedies: [
      ['ai commit', 'tries again'],
      ['ai commit -a gemini', 'asks another assistant'],
      ['ai auth status', 'shows who is logged in'],
    ],
    example: {
      assistant: 'Claude Code',
      name: 'claude',
      why: 'the first line is no “type: subject”',
      said: 'I have looked at your changes.',
    },
  },
} satisfies Partial<ErrorPages>;
