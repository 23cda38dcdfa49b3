// The pages of errors of images, and of setting up an engine.

import type { ErrorPages } from './page.ts';

export const imagePages = {
  AI_SETUP_NEEDED: {
    summary: 'an engine has to be set up, and nobody could be asked',
    means: 'There is no engine, `ai` could bring one, and there is no terminal to ask at.',
    causes: ['a script or a CI job on a machine without an engine'],
    remedies: [['ai setup --yes', 'runs the commands of the message']],
    example: {
      missing: 'Docker Engine is not installed',
      commands: ['sudo apt-get install -y docker.io'],
    },
  },
  AI_SETUP_ROOT: {
    summary: 'setting up an engine takes root’s rights',
    means: 'The commands have to be run as root, and there is no sudo here.',
    causes: ['sudo is not installed, or not for you'],
    remedies: [
      ['su -', 'makes you root, for the commands of the message'],
      ['ai --native', 'does without an engine, and without isolation'],
    ],
    example: {
      missing: 'Docker Engine is not installed',
      commands: ['apt-get install -y docker.io'],
    },
  },
  AI_SETUP_UNSUPPORTED: {
    summary: 'ai does not set up an engine on this system',
    means: 'What brings an engine here is left to you; the message has the commands.',
    causes: [
      'a system other than Debian, Ubuntu and macOS',
      'a container, or a WSL without systemd',
    ],
    remedies: [
      'Run the commands of the message.',
      ['ai --native', 'does without an engine, and without isolation'],
    ],
    example: {
      why: 'there is no engine here, and on Fedora Linux ai leaves installing it to you',
      commands: ['sudo dnf install -y moby-engine', 'sudo systemctl enable --now docker'],
    },
  },
  AI_SETUP_NAMED: {
    summary: 'the engine that was named does not answer',
    means:
      'An option, a setting or a variable says which engine to use. `ai setup` leaves that one alone, and sets up no other beside it.',
    causes: ['DOCKER_HOST, a context or the setting `host` that is out of date'],
    remedies: [
      ['unset DOCKER_HOST', 'lets `ai` choose'],
      ['docker context use default', 'goes back to the default context'],
    ],
    example: { origin: 'DOCKER_HOST', name: 'tcp://10.0.0.5:2375', forbidden: false },
  },
  AI_SETUP_FAILED: {
    summary: 'setting up the engine has failed',
    means: 'A step did not work; the message names it, with its last lines.',
    causes: [
      'the network, or a proxy that apt does not know',
      'another installation at work, or one that was interrupted',
      'a machine that does not let an engine run, as many containers',
    ],
    remedies: [
      ['ai setup', 'goes on from where it stopped'],
      ['ai setup --dry-run', 'shows what is left to do'],
    ],
    example: {
      step: 'installing docker.io',
      output: 'E: Could not get lock /var/lib/dpkg/lock-frontend',
    },
  },
  AI_SETUP_LOGIN: {
    summary: 'a new login is needed to use the engine',
    means:
      'The engine runs, and you are in its group now. A group counts from the next login on, not in shells that are open.',
    causes: ['`ai setup` has just added you to the group'],
    remedies: [['newgrp docker', 'makes it count in this shell'], 'Or log out and in again.'],
    example: { user: 'ann', group: 'docker' },
  },
  AI_BASE_UNREACHABLE: {
    summary: 'the base image cannot be fetched',
    means: 'Images of assistants are built on a base image, and its registry was not reached.',
    causes: ['no network, or a proxy that the engine does not know', 'a wrong `image.base`'],
    remedies: [
      ['ai --yes', 'makes the base from Debian’s packages instead'],
      ['docker pull IMAGE', 'shows whether the engine reaches the registry'],
    ],
    example: {
      image: 'node:24-bookworm-slim',
      cause: 'dial tcp: lookup registry: no such host',
    },
  },
  AI_BASE_FAILED: {
    summary: 'the base image could not be made',
    means: 'It was to be made from Debian’s packages, and a step failed; the message names it.',
    causes: ['the network', 'root’s rights that debootstrap needs', 'a full disk'],
    remedies: [
      ['sudo -v', 'shows whether sudo works for you'],
      ['df -h /var/tmp', 'shows how much room there is'],
    ],
    example: { step: 'Debian’s packages', output: 'E: Failed getting release file' },
  },
  AI_LOCK_FAILED: {
    summary: 'npm could not say what an assistant consists of',
    means:
      'Before a version is used, npm lists every package in it, with what its archive has to look like (a lock). Nothing was changed.',
    causes: [
      'there is no npm on this machine',
      'the network, or a proxy that npm does not know',
      'no such package, or no such version of it',
    ],
    remedies: [
      ['npm view NAME versions', 'lists the versions that there are'],
      ['npm config list', 'shows what npm is set to'],
    ],
    example: {
      package: '@anthropic-ai/claude-code@9.9.9',
      step: 'npm',
      output: 'npm error code ETARGET',
    },
  },
  AI_IMAGE_BUILD_FAILED: {
    summary: 'the image could not be built',
    means:
      'A step of the build failed; the message has its last lines. An image that was there before is untouched.',
    causes: [
      'the network, or a proxy that is not set here',
      'a full disk of the engine',
      'npm’s registry has another archive than the lock of this version names (`EINTEGRITY`)',
    ],
    remedies: [
      ['docker system df', 'shows what fills the disk'],
      ['ai --debug', 'says more when you try again'],
    ],
    example: {
      step: '3/9 RUN npm install',
      output: 'npm error code ETIMEDOUT',
      network: true,
      kept: true,
    },
  },
  AI_IMAGE_MISSING: {
    summary: 'an assistant’s ready image cannot be fetched',
    means: 'An assistant of your settings has an image of its own, which could not be fetched.',
    causes: ['a typing mistake in `assistants.NAME.image`', 'a registry that wants a login'],
    remedies: [
      ['docker pull IMAGE', 'shows what the registry says'],
      ['docker login', 'logs in to it'],
    ],
    example: { image: 'aider/aider:9', assistant: 'aider', cause: 'manifest unknown' },
  },
  AI_IMAGE_PLATFORM: {
    summary: 'an image is for another kind of processor than the engine has',
    means:
      'A program in the image was tried, and the engine’s machine could not run it. Images are for the engine’s processor (amd64, arm64), wherever `ai` runs.',
    causes: [
      'a base or a ready image that exists for one kind only',
      'DOCKER_DEFAULT_PLATFORM, which asks for that kind',
      'an image that was pulled or loaded with `--platform`',
    ],
    remedies: [
      ['docker version', 'shows what the engine runs, as OS/Arch'],
      ['docker pull IMAGE', 'gets the one for the engine, where its registry has it'],
    ],
    example: {
      image: 'node:24-trixie-slim',
      architecture: 'arm64',
      engine: 'amd64',
      setting: 'image.base',
    },
  },
  AI_IMAGE_UNFIT: {
    summary: 'an image lacks what a run needs',
    means:
      'The image was found, but a run cannot work in it: the first process is a program for `/bin/sh`.',
    causes: ['an image without a shell, such as a distroless one', 'an image that lacks a tool'],
    remedies: ['Name an image that has a shell in `assistants.NAME.image`.'],
    example: {
      image: 'aider/aider:9',
      assistant: 'aider',
      why: 'there is no /bin/sh in it',
    },
  },
} as const satisfies Partial<ErrorPages>;
