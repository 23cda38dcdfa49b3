// The pages of errors of the project, its mounts, and what is hidden or protected in it.

import type { ErrorPages } from './page.ts';

export const projectPages = {
  AI_DIRECTORY_MISSING: {
    summary: 'a directory is not there',
    means: 'The directory to work in does not exist, or was deleted while your shell was in it.',
    causes: ['a typing mistake after `-C`', 'a branch or worktree that was removed'],
    remedies: [
      ['cd "$HOME"', 'leaves a directory that is gone'],
      ['ai -C DIRECTORY', 'works in another one'],
    ],
    example: { path: '/home/ann/shpo' },
  },
  AI_PROJECT_UNREADABLE: {
    summary: 'the project cannot be read',
    means: 'The directory is there, but you may not list it, so it cannot be mounted either.',
    causes: ['it belongs to somebody else', 'a network drive that does not answer'],
    remedies: [['ls -ld DIRECTORY', 'shows whose it is and what you may do']],
    example: { path: '/srv/shop', cause: "EACCES: permission denied, scandir '/srv/shop'" },
  },
  AI_ROOT_REFUSED: {
    summary: 'this directory cannot be a project',
    means:
      'The project is mounted writable as a whole. With /, your home or a system directory that would hand over far more than a project, keys and logins included.',
    causes: ['`ai` was started in your home directory', 'it was started outside of a project'],
    remedies: [
      ['ai -C DIRECTORY', 'works in a project'],
      ['ai --allow-root-dir', 'takes this directory all the same'],
    ],
    example: { path: '/home/ann', why: 'it is your home directory' },
  },
  AI_MOUNT_INVALID: {
    summary: 'a mount cannot be made',
    means: 'A mount of `-v` or the setting `mounts` is written wrongly, or cannot be made safely.',
    causes: [
      'it is not HOST:/CONTAINER or HOST:/CONTAINER:ro',
      'two mounts want the same place inside',
      'the source is a socket, or was replaced while the run was prepared',
      'a link lies in its way in the project',
    ],
    remedies: [
      ['ai where', 'shows what is mounted where'],
      ['ai -v "$HOME/data:/data:ro"', 'is how a mount looks'],
    ],
    example: { text: '/data', why: 'it is not HOST:/CONTAINER or HOST:/CONTAINER:ro' },
  },
  AI_MOUNT_SOURCE_MISSING: {
    summary: 'the source of a mount does not exist',
    means: '`ai` makes no directory for a mount: a typing mistake would give an empty one.',
    causes: ['a typing mistake in `-v` or the setting `mounts`', 'a drive that is not there now'],
    remedies: [
      ['mkdir -p DIRECTORY', 'makes it, if it is to be a directory'],
      ['ai config list --origin', 'shows where `mounts` is set'],
    ],
    example: { source: '/home/ann/dta' },
  },
  AI_MOUNT_SOCKET: {
    summary: 'a mount would bring an engine’s socket along',
    means:
      'Whoever reaches the engine’s socket is root on this machine, so no directory that holds one is mounted.',
    causes: ['`-v /var/run` or `-v /`', 'a link or another name that leads to the socket'],
    remedies: ['Mount a directory below it, which does not hold the socket.'],
    example: { path: '/var/run', socket: '/var/run/docker.sock' },
  },
  AI_MOUNT_CHANGED: {
    summary: 'a mounted directory was replaced during the start',
    means:
      'Before anything runs, the container compares what is mounted with what `ai` had looked at. Something else was there, so nothing was run.',
    causes: [
      'another program moved or replaced the directory at that moment',
      'another session tried to have something else mounted',
    ],
    remedies: [
      'Start it again. If it happens again, find out what moves that directory.',
      ['ai ps', 'lists your other runs'],
    ],
    example:
      'ai: a mounted directory was replaced while the container started; nothing was run (AI_MOUNT_CHANGED)',
  },
  AI_PROTECT_LINK: {
    summary: 'a link stands where a file is to be read-only',
    means:
      'With `protect: readonly` git’s hooks and configuration are mounted read-only. In the place of one of them is a link or something else that could lead anywhere.',
    causes: ['hooks that are kept elsewhere, and linked', 'a session that put the link there'],
    remedies: [
      ['ls -ld FILE', 'shows where it leads'],
      ['ai --protect report', 'leaves git’s files writable for this run'],
    ],
    example: { path: '/home/ann/shop/.git/hooks' },
  },
  AI_MASK_TOO_MANY: {
    summary: 'mask matches too many places',
    means: 'Each place that `mask` hides is a mount of its own, and there are limits to those.',
    causes: ['a pattern like `*.txt` that matches all over the project'],
    remedies: [
      ['ai config set mask /secrets/', 'hides a whole directory, which is one place'],
      ['ai where', 'shows what is hidden'],
    ],
    example: { pattern: '*.txt', matches: 412, most: 200 },
  },
  AI_MASK_DIRECTORY: {
    summary: 'the run would start in a hidden directory',
    means: 'You are in a directory that `mask` hides: inside, it would be empty.',
    causes: ['a pattern of `mask` that matches more than it was meant to'],
    remedies: [
      ['cd ..', 'starts further up'],
      ["ai --mask '!/secrets/'", 'shows it for this run'],
    ],
    example: { name: 'secrets', pattern: '/secrets/' },
  },
} as const satisfies Partial<ErrorPages>;
