// The pages of errors of engines: missing, out of reach, too old, or not willing.

import type { ErrorPages } from './page.ts';

export const enginePages = {
  AI_ENGINE_MISSING: {
    summary: 'no engine runs on this machine',
    means:
      'Runs need a container engine (Docker or Podman), and none was found at any known socket.',
    causes: [
      'none is installed',
      'it is not started, as Docker Desktop after a restart',
      'its socket is at an unusual place',
    ],
    remedies: [
      ['ai setup', 'installs or starts one, or says how'],
      ['ai --native', 'runs the assistant on this machine itself, without isolation'],
      ['ai --host unix:///path/to/docker.sock', 'says where the socket is'],
    ],
    example: { tried: ['/var/run/docker.sock', '/run/user/1000/docker.sock'] },
  },
  AI_ENGINE_UNREACHABLE: {
    summary: 'the engine does not answer',
    means: 'An engine was found or named, but nothing answers there.',
    causes: [
      'the engine is stopped',
      'DOCKER_HOST, a context or the setting `host` names an engine that is gone',
      'TLS is missing, or its certificates do not fit',
    ],
    remedies: [
      ['docker info', 'shows whether docker reaches it'],
      ['ai setup', 'starts an engine on this machine'],
      ['unset DOCKER_HOST', 'lets `ai` look for one itself'],
    ],
    example: {
      endpoint: 'tcp://10.0.0.5:2375',
      cause: 'connection refused',
      origin: 'DOCKER_HOST',
    },
  },
  AI_ENGINE_PERMISSION: {
    summary: 'you may not use the engine',
    means: 'The engine’s socket is there, but not for you.',
    causes: [
      'you are not in the group `docker`',
      'you joined it, and have not logged in again since',
      'the socket is that of root’s Podman',
    ],
    remedies: [
      ['ai setup', 'adds you to the group after a question, or says who can'],
      ['newgrp docker', 'makes a new group count in this shell'],
      ['ls -l /var/run/docker.sock', 'shows whom it is for'],
    ],
    example: { socket: '/var/run/docker.sock' },
  },
  AI_ENGINE_CONTEXT: {
    summary: 'a docker context cannot be used',
    means: 'The engine is to come from a docker context that is missing or damaged.',
    causes: ['a typing mistake in `--context` or DOCKER_CONTEXT', 'a context that was removed'],
    remedies: [
      ['docker context ls', 'lists the contexts'],
      ['docker context use default', 'goes back to the default one'],
    ],
    example: { context: 'work', cause: 'there is none of that name', origin: '--context' },
  },
  AI_ENGINE_API_OLD: {
    summary: 'the engine is too old',
    means: '`ai` needs Docker 20.10 or newer, or Podman 4 or newer.',
    causes: ['an old installation', 'an engine that an administrator keeps at a version'],
    remedies: [
      ['docker version', 'shows the versions'],
      'Update the engine.',
      ['ai --host unix:///path/to/docker.sock', 'uses another one'],
    ],
    example: { version: '1.39', needed: '1.41' },
  },
  AI_ENGINE_REMOTE: {
    summary: 'the engine does not see the files of this machine',
    means:
      'A run mounts your project, so its engine has to see your files. The lists (`ai ps`, `ai stop`, `ai clean`) work with engines elsewhere; starting does not yet.',
    causes: [
      'an engine behind ssh or TCP',
      'a context or DOCKER_HOST that leads to another machine',
    ],
    remedies: [
      'Start `ai` on that machine.',
      ['ai --host unix:///var/run/docker.sock', 'uses the engine of this machine'],
    ],
    example: {
      endpoint: 'ssh://ann@build.example.com',
      cause: 'it is reached by ssh, on another machine',
    },
  },
  AI_ENGINE_SSH: {
    summary: 'ssh does not get to the engine',
    means:
      'The engine is behind ssh, and ssh stopped on the way. `ai` uses your own ssh and its settings, and asks nothing.',
    causes: [
      'a host key that ssh does not know, or that has changed',
      'a key that is not in your agent',
      'an sshd over there that forwards no sockets',
    ],
    remedies: [
      ['ssh ann@build.example.com true', 'has to work first, and says what is missing'],
      ['ssh-add -l', 'lists the keys of your agent'],
    ],
    example: {
      endpoint: 'ssh://ann@build.example.com',
      command: 'ssh ann@build.example.com',
      socket: '/var/run/docker.sock',
      trouble: 'login-refused',
      said: 'ann@build.example.com: Permission denied (publickey).',
    },
  },
  AI_ENGINE_REFUSED: {
    summary: 'the engine refused to do something',
    means: 'The engine answered, and did not do what it was asked to. The message has its words.',
    causes: [
      'a port that is taken already',
      'a network, device or option that this engine does not have',
      'a full disk of the engine',
    ],
    remedies: [
      ['docker info', 'shows whether the engine is well'],
      ['docker system df', 'shows what fills its disk'],
      ['ai --debug', 'says more'],
    ],
    example: {
      doing: 'start the container',
      status: 500,
      message:
        'driver failed programming external connectivity on endpoint ai-shop: Bind for 127.0.0.1:8080 failed: port is already allocated',
    },
  },
  AI_ENGINE_LOST: {
    summary: 'the engine went away during the session',
    means:
      'The connection to the engine broke, so nobody knows how the session ended. What it has changed of logins is kept, and the next start saves it.',
    causes: ['the engine was restarted or stopped', 'it crashed, or ran out of memory'],
    remedies: [
      ['docker info', 'shows whether it is back'],
      ['ai clean', 'finishes what was left, as the next start does'],
      ['ai -c', 'goes on with the last conversation'],
    ],
    example: { container: 'ai-shop-4cc74d0d' },
  },
  AI_FILES_ROOTS: {
    summary: 'files of a run with --root stay root’s',
    means:
      'After a run with `--root`, what it has made goes to the user; the container that does it could not run. Logins and settings are saved.',
    causes: ['the engine was stopped meanwhile', 'the image was removed meanwhile'],
    remedies: [
      [
        'sudo chown -hR --from=0 "$(id -u):$(id -g)" .',
        'gives what is root’s in this directory to you',
      ],
      ['ls -ln', 'shows whose the files here are'],
    ],
    example: { paths: ['/home/ann/shop'], owner: '1000:1000', cause: 'the image is gone' },
  },
} as const satisfies Partial<ErrorPages>;
