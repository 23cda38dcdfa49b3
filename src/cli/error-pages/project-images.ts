// The pages about images that a project brings: what they are built from, and who has agreed to it.

import type { ErrorPages } from './page.ts';

export const projectImagePages = {
  AI_IMAGE_SOURCE: {
    summary: 'what a project’s image is to be built from cannot be used',
    means:
      'The settings `image.dockerfile` or `devcontainer` name files to build an image from. They are missing, wrong or too large, or lead out of the project.',
    causes: [
      'a path that counts from another directory: it counts from the settings file that names it',
      'a devcontainer of docker compose, which `ai` does not use',
      'a `COPY .` of a directory with much in it',
    ],
    remedies: [
      ['ai config list --origin', 'shows which file sets what'],
      'A `.dockerignore` keeps out what the image does not need.',
    ],
    example: {
      file: '/home/ann/app/Dockerfile',
      why: 'there is no such file',
      next: 'check the setting image.dockerfile',
    },
  },
  AI_IMAGE_UNTRUSTED: {
    summary: 'nobody has agreed to what the project’s image is built from',
    means:
      'A Dockerfile or devcontainer.json in the project decides which programs your logins are given to, and a session can change it. So you agree to its content, and a change asks again. Here nobody could be asked, and there is no image of before.',
    causes: [
      'the first run here, or a change since the last one, without a terminal',
      'a `no` to the question',
    ],
    remedies: [
      ['ai trust', 'shows what has changed, and asks you'],
      ['ai trust --yes', 'agrees to it as it is, for a machine that nobody sits at'],
      ['AI_DEVCONTAINER=no ai', 'does without the devcontainer, once'],
    ],
    example: { names: ['Dockerfile'], assistant: 'claude' },
  },
} as const satisfies Partial<ErrorPages>;
