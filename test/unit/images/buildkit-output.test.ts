// What a user is told of a build of BuildKit, whose steps run beside each other.

import { describe, expect, it } from 'vitest';
import { BuildKitOutput } from '../../../src/images/buildkit-output.ts';
import { decodeTrace } from '../../../src/images/buildkit-trace.ts';

interface Vertex {
  digest: string;
  name?: string;
  started?: true;
  completed?: true;
  error?: string;
}

const tools = {
  digest: 'sha256:1',
  name: '[tools 2/2] RUN --mount=type=cache,target=/x : "tools"; apt',
};
const npm = { digest: 'sha256:2', name: '[fetch 3/4] RUN : "the assistant from npm"; npm' };
const home = { digest: 'sha256:3', name: '[stage-2 2/4] RUN : "home"; mkdir' };
const copy = { digest: 'sha256:4', name: '[stage-2 3/4] COPY inside/start /opt/ai/' };
const from = { digest: 'sha256:5', name: '[tools 1/2] FROM base' };
const internal = { digest: 'sha256:6', name: '[internal] load remote build context' };
const announced = { vertexes: [internal, from, tools, npm, home, copy] };

/** Field by field as protocol buffers are written; lengths below 16,384. */
function trace({
  vertexes = [],
  logs = [],
}: {
  vertexes?: Vertex[];
  logs?: [string, string][];
}): string {
  const field = (number: number, content: Buffer | string): Buffer => {
    const bytes = Buffer.from(content);
    return Buffer.concat([
      Buffer.from([number * 8 + 2, (bytes.length & 127) | 128, bytes.length >> 7]),
      bytes,
    ]);
  };
  const time = Buffer.from([8, 1]);
  return Buffer.concat([
    ...vertexes.map(({ digest, name = '', started, completed, error }) =>
      field(
        1,
        Buffer.concat([
          field(1, digest),
          field(2, 'sha256:of-its-input'),
          field(3, name),
          // "cached", a number.
          Buffer.from([32, 1]),
          ...(started ? [field(5, time)] : []),
          ...(completed ? [field(6, time)] : []),
          ...(error === undefined ? [] : [field(7, error)]),
        ]),
      ),
    ),
    ...logs.map(([vertex, text]) =>
      field(
        3,
        Buffer.concat([field(1, vertex), field(2, time), Buffer.from([24, 1]), field(4, text)]),
      ),
    ),
  ]).toString('base64');
}

const started = (vertex: Vertex): Vertex => ({ ...vertex, started: true });
const completed = (vertex: Vertex): Vertex => ({ ...vertex, started: true, completed: true });

describe('a trace', () => {
  it('is read as an engine writes it', () => {
    // Docker 20.10.24.
    const real =
      'CosBCkdzaGEyNTY6NjhkNmE4OGI1NzhiN2ZhNzA5NTQ4N2ZhNmMyZGY1MGQ4ZGFlMzZiYzQ0ZTQ1NjViYTdmN2IxYTU4ZGIxNmFjMRokW2ludGVybmFsXSBsb2FkIHJlbW90ZSBidWlsZCBjb250ZXh0KgwI3YOn2AYQkozN+gEyDAjdg6fYBhCO95SHAg==';
    expect(decodeTrace(real)).toEqual({
      vertexes: [
        {
          digest: 'sha256:68d6a88b578b7fa7095487fa6c2df50d8dae36bc44e4565ba7f7b1a58db16ac1',
          name: '[internal] load remote build context',
          started: true,
          completed: true,
          error: '',
        },
      ],
      logs: [],
    });
  });

  it.each(['AQ', 'Cv8', 'Dw==', trace(announced).slice(0, 40)])(
    'that cannot be read (%s) tells nothing',
    (broken) => {
      expect(new BuildKitOutput().take(broken)).toEqual([]);
    },
  );
});

describe('the output of BuildKit', () => {
  it('becomes the steps that do something, in the order in which they begin, of all that there are', () => {
    const output = new BuildKitOutput();
    expect(output.step).toBe('');
    expect(output.take(trace(announced))).toEqual([]);
    expect(output.take(trace({ vertexes: [started(internal), started(from)] }))).toEqual([]);
    expect(output.take(trace({ vertexes: [started(tools)] }))).toEqual([
      { type: 'work-step', step: 1, total: 4, label: 'tools' },
    ]);
    expect(output.take(trace({ vertexes: [started(tools)] }))).toEqual([]);
    expect(output.take(trace({ vertexes: [completed(tools), started(copy)] }))).toEqual([]);
    expect(output.step).toBe('2/4 COPY inside/start /opt/ai/');
  });

  it('has lines, wherever the pieces end', () => {
    const output = new BuildKitOutput();
    output.take(trace({ vertexes: [started(npm)] }));
    expect(
      output.take(
        trace({
          logs: [
            [npm.digest, 'added 2 pack'],
            [npm.digest, 'ages\n\u001b[91m'],
          ],
        }),
      ),
    ).toEqual([{ type: 'work-line', line: 'added 2 packages' }]);
  });

  it('comes back to the step that goes on when one beside it ends', () => {
    const output = new BuildKitOutput();
    output.take(trace(announced));
    output.take(trace({ vertexes: [started(npm)] }));
    output.take(trace({ vertexes: [started(home)] }));
    expect(output.take(trace({ vertexes: [completed(home)] }))).toEqual([
      { type: 'work-step', step: 1, total: 4, label: 'the assistant from npm' },
    ]);
    expect(output.take(trace({ vertexes: [completed(copy)] }))).toEqual([]);
  });

  it('keeps the last lines of the step that failed, whatever ran and was given up beside it', () => {
    const output = new BuildKitOutput();
    output.take(trace(announced));
    output.take(trace({ vertexes: [started(npm), started(home)] }));
    output.take(
      trace({ logs: Array.from({ length: 50 }, (_, index) => [npm.digest, `${index}\n`]) }),
    );
    output.take(trace({ logs: [[home.digest, 'of home\n']] }));
    output.take(trace({ vertexes: [{ ...completed(npm), error: 'exit code: 1' }] }));
    output.take(trace({ vertexes: [{ ...completed(home), error: 'context canceled' }] }));
    expect(output.step).toBe('1/4 the assistant from npm');
    expect(output.tail).toHaveLength(20);
    expect(output.tail.at(-1)).toBe('49');
  });
});
