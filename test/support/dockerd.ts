// A Docker Engine for machines that have none running: started by hand, because a bare machine has no init system.

import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type Docker from 'dockerode';
import { connectToEngine, engineAnswers } from './engine.ts';
import { findCommand, installMissing } from './packages.ts';

const logFile = '/var/tmp/ai-test-dockerd/dockerd.log';
const startTimeout = 60_000;

/** Ends the engine and resolves when it has gone. */
export type StopEngine = () => Promise<void>;

/**
 * Where no engine answers, starts `dockerd`, installed first where it is missing, and resolves when it answers; undefined
 * where one answers already, which is its starter's to end.
 * Throws with the reason where that cannot be done here: engine tests are never left out silently.
 */
export async function startEngineIfMissing(
  docker = connectToEngine(),
): Promise<StopEngine | undefined> {
  return (await engineAnswers(docker)) ? undefined : startEngine(docker);
}

async function startEngine(docker: Docker): Promise<StopEngine> {
  refuseWhereItCannotStart();
  installMissing({ dockerd: ['docker.io', 'iptables'], iptables: ['iptables'] });
  mkdirSync('/var/tmp/ai-test-dockerd', { recursive: true });
  const log = openSync(logFile, 'a');
  // A session of its own, so that Ctrl-C at the terminal of the tests lets the teardown end it in order.
  const engine = spawn(findCommand('dockerd') ?? 'dockerd', [], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  const gone = new Promise<void>((resolve) => {
    engine.once('exit', () => {
      resolve();
    });
  });
  engine.unref();

  const deadline = Date.now() + startTimeout;
  while (!(await engineAnswers(docker))) {
    if (engine.exitCode !== null || Date.now() > deadline) {
      engine.kill();
      throw new Error(`dockerd did not start. The end of ${logFile}:\n${endOfLog()}`);
    }
    await wait(100);
  }
  return async () => {
    // Nothing else may be left that keeps this process there for so long.
    engine.ref();
    engine.kill('SIGTERM');
    await gone;
  };
}

function refuseWhereItCannotStart(): void {
  const endpoint = process.env['DOCKER_HOST'];
  if (endpoint !== undefined && endpoint !== 'unix:///var/run/docker.sock')
    throw new Error(`the engine tests need a Docker Engine, and none answers at ${endpoint}`);
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error(
      'the engine tests need a Docker Engine and none answers; it can be started here only by root on Linux',
    );
}

const endOfLog = (): string => readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n');
