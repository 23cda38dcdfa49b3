// The pages of errors of assistants, their keys and secrets, and of the state that outlives a run.

import type { ErrorPages } from './page.ts';

export const loginPages = {
  AI_KEY_MISSING: {
    summary: 'the assistant needs an API key',
    means: 'This assistant, or the endpoint of this model, takes a key, and none was found.',
    causes: ['the first start of GLM', 'a provider of your settings whose `key` is not there'],
    remedies: [
      ['ai secrets set ZAI_API_KEY', 'asks for the key, and keeps it'],
      ['ai assistants', 'shows which assistant has which login'],
    ],
    example: {
      assistant: 'glm',
      vendor: 'Z.ai',
      variable: 'ZAI_API_KEY',
      file: '/home/ann/.docker-ai-config/global_state/secrets/zai_key',
    },
  },
  AI_SECRET_COMMAND: {
    summary: 'a command that gives a secret has failed',
    means:
      'A value of `env` or of `ai secrets` is the output of a command of this machine, which gave none. What it printed is not shown, for it may be the secret.',
    causes: [
      'a password store that is locked',
      'the program is not on your PATH, or only in the project, where it is not looked for',
      'it waited for an answer, longer than 60 seconds',
    ],
    remedies: [
      'Run the command of the message by itself.',
      ['ai secrets list', 'shows which secrets come from commands'],
    ],
    example: {
      name: 'NPM_TOKEN',
      command: 'op read op://dev/npm/token',
      failure: 'exit',
      detail: '1',
    },
  },
  AI_SECRET_MISSING: {
    summary: 'no secret has that name',
    means: 'There is nothing of that name to remove.',
    causes: ['it is kept for one project, or for all of them', 'a typing mistake'],
    remedies: [
      ['ai secrets list', 'lists them'],
      ['ai secrets rm NAME --project', 'removes that of this project'],
    ],
    example: { names: ['NPM_TOKEN'], where: 'for all projects', elsewhere: '--project NPM_TOKEN' },
  },
  AI_ENDPOINT_MALFORMED: {
    summary: 'an endpoint is not a web address',
    means:
      'A variable sends the assistant to another endpoint, and holds no http or https address.',
    causes: ['the scheme is missing, as in `api.example.com`', 'a variable that was left over'],
    remedies: [
      ['export ANTHROPIC_BASE_URL=https://api.example.com', 'is how such an address looks'],
      ['unset ANTHROPIC_BASE_URL', 'goes to the vendor itself'],
    ],
    example: { assistant: 'claude', variable: 'ANTHROPIC_BASE_URL' },
  },
  AI_ASSISTANT_MISSING: {
    summary: 'the assistant is not installed on this machine',
    means: 'A run with `--native` needs the assistant itself on this machine.',
    causes: ['it is not on your PATH', 'the question whether to install it was answered no'],
    remedies: [
      ['ai --native --yes claude', 'installs it for `ai` alone, and starts it'],
      ['ai claude', 'starts it in a container, where it need not be installed'],
    ],
    example: { assistant: 'claude', title: 'Claude Code', package: '@anthropic-ai/claude-code' },
  },
  AI_INSTALL_FAILED: {
    summary: 'an assistant could not be installed on this machine',
    means:
      'For a run with `--native` npm was to install the assistant for `ai` alone. Nothing was installed.',
    causes: [
      'Node or npm is missing or too old',
      'the network, or a proxy that npm does not know',
      'npm’s settings, such as `ignore-scripts`',
    ],
    remedies: [
      ['npm config list', 'shows what npm is set to'],
      ['ai claude', 'does without: in a container nothing has to be installed'],
    ],
    example: {
      package: '@anthropic-ai/claude-code',
      step: 'npm',
      output: 'npm error code ETIMEDOUT',
    },
  },
  AI_BACKUP_DAMAGED: {
    summary: 'a backup cannot be used',
    means: 'The backup is not what was backed up. Nothing was restored or changed.',
    causes: ['it was changed or deleted by hand', 'a disk that was full, or is failing'],
    remedies: [
      ['ai auth backup --list', 'lists the backups'],
      ['ai auth restore --from TIME', 'takes another one'],
    ],
    example: {
      path: '/home/ann/.docker-ai-config/backups/2026-11-26T21-40-00.123Z',
      cause: 'it is not what was backed up',
    },
  },
  AI_BACKUP_MISSING: {
    summary: 'there is no such backup',
    means: 'No backup begins with that time, or there is none yet.',
    causes: ['a typing mistake in the time', 'an assistant that has not changed its login yet'],
    remedies: [
      ['ai auth backup --list', 'lists the backups'],
      ['ai auth backup', 'makes one'],
    ],
    example: { wanted: 'from 2025', have: ['2026-11-26T21-40-00.123Z'] },
  },
  AI_STATE_UNSAVED: {
    summary: 'changes of a session are not saved yet',
    means:
      'What the session has changed of logins and settings could not be written. It is kept in the directory of the message, and the next start saves it.',
    causes: ['the disk is full', 'the home directory is read-only'],
    remedies: [
      ['df -h "$HOME"', 'shows how much room there is'],
      ['ai auth', 'saves it, too, and shows the logins'],
    ],
    example: {
      path: '/home/ann/.docker-ai-config/global_state/claude/.claude.json',
      cause: 'ENOSPC: no space left on device, write',
      stage: '/home/ann/.docker-ai-config/runs/4cc74d0d/home',
    },
  },
  AI_STATE_IN_USE: {
    summary: 'another user’s run is using the state',
    means:
      'As root you start a run in somebody else’s project, and a run of another user works with the same files now.',
    causes: ['`sudo ai` in two projects of different owners at once'],
    remedies: [
      ['ai stop RUN', 'ends the other run'],
      ['ai ps', 'shows whether it has ended'],
    ],
    example: { path: '/root/.docker-ai-config/global_state/claude', run: '4cc74d0d' },
  },
  AI_STATE_UNWRITABLE: {
    summary: 'a file of ai cannot be written',
    means:
      'Logins, settings and runs are kept below `~/.docker-ai-config`, and writing there failed.',
    causes: ['the disk is full', 'the directory is read-only', 'it belongs to root'],
    remedies: [
      ['df -h "$HOME"', 'shows how much room there is'],
      ['ls -ld ~/.docker-ai-config', 'shows whose it is'],
    ],
    example: {
      path: '/home/ann/.docker-ai-config/config.yaml',
      cause: "EROFS: read-only file system, open '/home/ann/.docker-ai-config/config.yaml'",
    },
  },
} as const satisfies Partial<ErrorPages>;
