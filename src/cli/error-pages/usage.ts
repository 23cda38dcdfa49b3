// The pages of errors of the command line, of settings, and of what a command needs around it.

import type { ErrorPages } from './page.ts';

export const usagePages = {
  AI_USAGE: {
    summary: 'the command line cannot be understood',
    means: 'An option is unknown, has no value, or is of no use to this command. Nothing was done.',
    causes: [
      'a typing mistake in an option',
      'an option of the assistant that stands before its name: options of `ai` come before it, the assistant’s own after it',
      'an option that this command does not take',
    ],
    remedies: [
      ['ai --help', 'shows examples and all commands'],
      ['ai help options', 'lists every option of a run'],
    ],
    example: { problem: 'ai ps does not take --yolo', next: 'ai ps --help' },
  },
  AI_UNKNOWN_NAME: {
    summary: 'no command and no assistant has that name',
    means:
      'The first word after the options is neither a command nor an assistant. A prompt is taken for one only if it has a space in it.',
    causes: [
      'a typing mistake',
      'a prompt without quotes, or of one word only',
      'an assistant of your own that these settings do not define',
    ],
    remedies: [
      ['ai -- "explain"', 'passes a prompt of one word to the default assistant'],
      ['ai assistants', 'lists the assistants'],
      ['ai --help', 'lists the commands'],
    ],
    example: { name: 'cluade', nearest: 'claude' },
  },
  AI_SETTING_INVALID: {
    summary: 'a setting is wrong',
    means:
      'A setting has an unknown name or a value that it cannot have. The message names each place: a file with its line, a variable or an option. Nothing was started.',
    causes: [
      'a typing mistake in a settings file, with the nearest name in the message',
      'a value of the wrong kind, such as a text where a number belongs',
      'an `AI_…` variable that was exported some time ago',
    ],
    remedies: [
      ['ai config validate', 'lists everything that is wrong'],
      ['ai config edit', 'opens your settings, and takes them only if they are right'],
      ['ai config list', 'shows all settings that there are'],
    ],
    example: {
      problems: [
        {
          origin: '/home/ann/.docker-ai-config/config.yaml:3:1',
          key: 'memroy',
          problem: 'is not a setting',
          nearest: 'memory',
        },
      ],
    },
  },
  AI_TTY_MISSING: {
    summary: 'a terminal is needed, and there is none',
    means: 'What you asked for is a conversation, and its input or output is a pipe or a file.',
    causes: [
      'the output goes into a file or another program',
      'it was started by cron, a CI job or an editor',
    ],
    remedies: [
      ['ai -p "your prompt"', 'runs one turn without a terminal, the answer on stdout'],
      ['ai exec -- npm test', 'runs a command where the assistant would run'],
    ],
    example: { command: 'ai shell', instead: 'ai exec -- sh -s < script.sh' },
  },
  AI_COMMAND_NOT_FOUND: {
    summary: 'a program is not there',
    means:
      'The command, or the editor of `ai config edit`, is on no directory of your PATH. The exit code is 127, as in a shell.',
    causes: ['a typing mistake', 'it is not installed', 'a PATH that does not name its directory'],
    remedies: [
      'Check its name, and your PATH.',
      ['echo "$PATH"', 'shows where programs are looked for'],
    ],
    example: { command: 'vmi' },
  },
  AI_COMMAND_NOT_EXECUTABLE: {
    summary: 'a program is there, but cannot be executed',
    means:
      'The file was found, and the system did not let it run. The exit code is 126, as in a shell.',
    causes: ['its mode does not allow it', 'it is built for another kind of processor'],
    remedies: [['ls -ld FILE', 'shows its mode']],
    example: { command: './build.sh', cause: "EACCES: permission denied, open './build.sh'" },
  },
  AI_RUN_NOT_FOUND: {
    summary: 'no run has that name',
    means: 'There is no run of yours with that name or id.',
    causes: ['it has ended meanwhile', 'a typing mistake', 'it runs on another engine'],
    remedies: [
      ['ai ps', 'lists your runs'],
      ['ai changes', 'shows what the last run of this project has changed'],
    ],
    example: { name: '4cc74d0d' },
  },
  AI_FILE_UNREADABLE: {
    summary: 'a file cannot be read',
    means: 'A file that the command needs is missing, too large, or closed to you.',
    causes: [
      'its mode, or that of its directory',
      'a path that is wrong, as in `envFiles`, `caCertificates` or NODE_EXTRA_CA_CERTS',
      'a file of root’s, left by an earlier `sudo ai`',
    ],
    remedies: [
      ['ls -ld FILE', 'shows whose it is'],
      ['ai config list --origin', 'shows which setting names it'],
    ],
    example: {
      path: '/home/ann/.docker-ai-config/config.yaml',
      cause: "EACCES: permission denied, open '/home/ann/.docker-ai-config/config.yaml'",
    },
  },
  AI_INTERRUPTED: {
    summary: 'interrupted before the start',
    means: 'You, or a signal, ended `ai` before it was ready. Nothing was left behind.',
    causes: ['Ctrl-C while an image was built', 'a question that was not answered'],
    remedies: ['Start the same command again: it goes on with what is there.'],
    example: { before: 'the image was ready' },
  },
} as const satisfies Partial<ErrorPages>;
