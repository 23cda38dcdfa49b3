// Pulls an image from its registry, and tells a registry that cannot be reached from one that says no.

import { formatSize } from '../base/units.ts';
import { engineFailure, engineMessages, engineText } from './engine-stream.ts';
import type { EngineMessage } from './engine-stream.ts';
import { looksLikeNetworkTrouble } from './network-trouble.ts';
import { imageReady } from './request.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import type { ImageServices } from './request.ts';

export type Pulled = { pulled: true } | { pulled: false; cause: string };

/** Milliseconds until the registry has to have named the first layer; an engine itself waits minutes for a dead one. */
const firstAnswerLimit = 20_000;

/**
 * Pulls; a registry that cannot be reached is a result.
 * @throws AiError AI_ENGINE_REFUSED (no such image, no access), AI_INTERRUPTED
 */
export async function pullImage(
  image: string,
  services: ImageServices,
  { what = 'base image', platform }: { what?: string; platform?: string | undefined } = {},
): Promise<Pulled> {
  const { docker, emit, interrupt } = services;
  throwIfInterrupted(interrupt, imageReady);
  const abort = new AbortController();
  const onInterrupt = (): void => {
    abort.abort();
  };
  interrupt?.addEventListener('abort', onInterrupt, { once: true });
  const silence = setTimeout(onInterrupt, firstAnswerLimit);

  emit({ type: 'work-start', title: `${what} ${image}` });
  const end = (ok: boolean, summary: string): void => {
    emit({ type: 'work-end', ok, summary });
  };
  try {
    const stream = await docker.pull(image, {
      abortSignal: abort.signal,
      ...(platform !== undefined && { platform }),
    });
    const layers = new Layers();
    for await (const message of engineMessages(stream)) {
      if (message.error !== undefined) throw new Error(message.error);
      if (message.id !== undefined) clearTimeout(silence);
      layers.take(message);
      emit({ type: 'work-line', line: layers.toString() || (message.status ?? '') });
    }
    end(true, `${what} ${image} pulled`);
    return { pulled: true };
  } catch (error) {
    if (interrupt?.aborted) end(false, 'interrupted');
    throwIfInterrupted(interrupt, imageReady);
    const cause = abort.signal.aborted
      ? `the registry did not answer within ${firstAnswerLimit / 1000} s`
      : engineText(error);
    if (abort.signal.aborted || looksLikeNetworkTrouble(cause)) {
      end(false, `the registry of ${image} cannot be reached`);
      return { pulled: false, cause };
    }
    end(false, `${what} ${image} could not be pulled`);
    throw engineFailure(`pull ${image}`, withStatus(error));
  } finally {
    clearTimeout(silence);
    interrupt?.removeEventListener('abort', onInterrupt);
  }
}

/** An error that came in the stream has no status of its own: the engine speaks for the registry. */
function withStatus(error: unknown): unknown {
  return error instanceof Error && !('statusCode' in error)
    ? Object.assign(error, { statusCode: 500 })
    : error;
}

/** How far the layers are. */
class Layers {
  readonly #layers = new Map<string, { done: boolean; bytes: number }>();

  take({ id, status, progressDetail }: EngineMessage): void {
    if (id === undefined || status === undefined || status.startsWith('Pulling from')) return;
    const layer = this.#layers.get(id) ?? { done: false, bytes: 0 };
    if (status === 'Downloading') layer.bytes = progressDetail?.current ?? layer.bytes;
    layer.done ||= status === 'Pull complete' || status === 'Already exists';
    this.#layers.set(id, layer);
  }

  toString(): string {
    if (this.#layers.size === 0) return '';
    const layers = [...this.#layers.values()];
    const bytes = layers.reduce((sum, layer) => sum + layer.bytes, 0);
    const done = layers.filter((layer) => layer.done).length;
    return `${done} of ${layers.length} layers, ${formatSize(bytes)}`;
  }
}
