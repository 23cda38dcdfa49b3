// A Docker Engine (or one that speaks its API) behind the launcher's interface, over the thin connection.

import type { Duplex } from 'node:stream';
import { AiError } from '../../base/errors.ts';
import type { RunPlan } from '../../plan/run-plan.ts';
import type { Container, ContainerUser, Engine, RunFiles, Watch } from '../engine.ts';
import { Connection, type EngineResponse } from './connection.ts';
import { dialer } from './dial.ts';
import { mountedByRuns, volumeMaker } from './mounted.ts';
import { showEndpoint, type Endpoint } from './endpoint.ts';
import {
  checkApiVersion,
  isForeign,
  messageOfResponse,
  refusal,
  saysImageMissing,
} from './refusals.ts';
import { isMainStopped, isRunning } from './running.ts';
import { toContainer } from './to-container.ts';
import { notAnEngine, unreachable } from './unreachable.ts';
import { watchContainer } from './watch.ts';

/**
 * Bytes that no keyboard and no UTF-8 text has: the engine's default, ctrl-p ctrl-q, would swallow Ctrl-P until the next
 * key and detach from a session that nobody can find again (moby/term, ToBytes takes any single byte).
 */
const detachKeys = '%FF,%FE,%FF,%FE';

export class DockerEngine implements Engine {
  readonly endpoint: string;
  private readonly connection: Connection;

  constructor(private readonly at: Endpoint) {
    this.endpoint = showEndpoint(at);
    this.connection = new Connection(dialer(at));
  }

  async create(plan: RunPlan, files: RunFiles): Promise<Container | 'image-missing'> {
    const target = `/containers/create?name=${encodeURIComponent(plan.run.name)}`;
    const response = await this.connection
      .request('POST', target, { body: toContainer(plan, files) })
      .catch(brokenOff(this.at));
    if (saysImageMissing(response)) return 'image-missing';
    if (response.status !== 201) throw refusal('create the container', response, this.at);
    const id = idOf(response, this.at);
    const container = new DockerContainer(
      this.connection,
      this.at,
      id,
      plan.run.name,
      plan.terminal.stdin,
    );
    try {
      checkApiVersion(response);
    } catch (error) {
      await container.remove();
      throw error;
    }
    return container;
  }

  async imageId(name: string): Promise<string | undefined> {
    const response = await this.connection
      .request('GET', `/images/${name}/json`)
      .catch(brokenOff(this.at));
    if (response.status === 404 && !isForeign(response)) return undefined;
    if (response.status !== 200) throw refusal(`look for the image ${name}`, response, this.at);
    return idOf(response, this.at);
  }

  async stop(name: string, seconds: number): Promise<void> {
    await endContainer(this.connection, `stop the container ${name}`, [
      'POST',
      `/containers/${encodeURIComponent(name)}/stop?t=${seconds}`,
    ]);
  }

  async ended(name: string): Promise<void> {
    await endContainer(this.connection, `wait for the container ${name}`, [
      'POST',
      `/containers/${encodeURIComponent(name)}/wait`,
    ]);
  }

  async remove(name: string): Promise<void> {
    await removeContainer(this.connection, name);
  }

  mountedByRuns(butOf: string | undefined): Promise<ReadonlySet<string>> {
    return mountedByRuns(this.connection, this.at, butOf);
  }

  volumeMaker(name: string): Promise<string | undefined> {
    return volumeMaker(this.connection, this.at, name);
  }

  close(): void {
    this.connection.close();
  }
}

class DockerContainer implements Container {
  constructor(
    private readonly connection: Connection,
    private readonly endpoint: Endpoint,
    readonly id: string,
    readonly name: string,
    private readonly stdin: boolean,
  ) {}

  async attach(): Promise<Duplex> {
    const query = `stream=1&stdout=1&stderr=1&stdin=${this.stdin ? 1 : 0}&detachKeys=${detachKeys}`;
    const answer = await this.connection
      .upgrade('POST', `/containers/${this.id}/attach?${query}`)
      .catch(brokenOff(this.endpoint));
    if ('stream' in answer) return answer.stream;
    throw refusal('attach to the container', answer.response, this.endpoint);
  }

  watch(): Promise<Watch> {
    return watchContainer(this.connection, this.id).catch(brokenOff(this.endpoint));
  }

  async start(): Promise<void> {
    await this.call('start the container', 'POST', 'start');
  }

  async exec(argv: readonly string[], { uid, gid }: ContainerUser): Promise<Duplex> {
    const doing = 'start a program in the container';
    const refused = brokenOff(this.endpoint);
    const attached = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
    // What the user wants of node is for the user's own programs.
    const body = { ...attached, Cmd: argv, User: `${uid}:${gid}`, Env: ['NODE_OPTIONS='] };
    const created = await this.connection
      .request('POST', `/containers/${this.id}/exec`, { body })
      .catch(refused);
    if (created.status !== 201) throw refusal(doing, created, this.endpoint);
    const answer = await this.connection
      .upgrade('POST', `/exec/${idOf(created, this.endpoint)}/start`, {
        body: { Detach: false, Tty: false },
      })
      .catch(refused);
    if ('stream' in answer) return answer.stream;
    throw refusal(doing, answer.response, this.endpoint);
  }

  async signal(name: NodeJS.Signals): Promise<void> {
    await this.connection.request('POST', `/containers/${this.id}/kill?signal=${name}`);
  }

  async resize(rows: number, columns: number): Promise<void> {
    await this.connection.request('POST', `/containers/${this.id}/resize?h=${rows}&w=${columns}`);
  }

  async isStopped(): Promise<boolean> {
    const isStopped = await isMainStopped(this.connection, this.id);
    // Rootless Docker without cgroups cannot tell. Nobody could wake what has stopped, so it is woken at once.
    if (isStopped === undefined) await this.signal('SIGCONT');
    return isStopped ?? false;
  }

  isRunning(): Promise<boolean> {
    return isRunning(this.connection, this.id);
  }

  async removed(): Promise<void> {
    await this.connection
      .request('POST', `/containers/${this.id}/wait?condition=removed`)
      .catch(() => undefined);
  }

  async remove(): Promise<void> {
    await removeContainer(this.connection, this.id);
  }

  private async call(doing: string, method: string, path: string): Promise<void> {
    const response = await this.connection
      .request(method, `/containers/${this.id}/${path}`)
      .catch(brokenOff(this.endpoint));
    if (response.status >= 300) throw refusal(doing, response, this.endpoint);
  }
}

/** An engine that goes away in the middle of an answer is no bug of ours. */
const brokenOff =
  (endpoint: Endpoint) =>
  (error: unknown): never => {
    throw unreachable(endpoint, error);
  };

function idOf({ body }: EngineResponse, endpoint: Endpoint): string {
  try {
    return (JSON.parse(body) as { Id: string }).Id;
  } catch (error) {
    throw unreachable(endpoint, notAnEngine(error));
  }
}

/** 304: has ended by itself; 404: is gone; 409: the engine is at it (auto-remove). */
async function endContainer(
  connection: Connection,
  doing: string,
  [method, target]: readonly [string, string],
): Promise<void> {
  const response: EngineResponse = await connection.request(method, target);
  if (response.status >= 300 && ![304, 404, 409].includes(response.status))
    throw new AiError('AI_ENGINE_REFUSED', {
      doing,
      status: response.status,
      message: messageOfResponse(response),
    });
}

const removeContainer = (connection: Connection, name: string): Promise<void> =>
  endContainer(connection, `remove the container ${name}`, [
    'DELETE',
    `/containers/${encodeURIComponent(name)}?force=1&v=1`,
  ]);
