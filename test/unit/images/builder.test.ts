// Which builder an engine is asked for, and the Dockerfile that it gets.

import { readFileSync } from 'node:fs';
import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { builderOf, dockerfileFor } from '../../../src/images/builder.ts';

const template = readFileSync(new URL('../../../templates/Dockerfile', import.meta.url), 'utf8');
const engine = (answer: object): Docker =>
  ({ version: () => Promise.resolve(answer) }) as unknown as Docker;
const docker = (ApiVersion: string): object => ({
  ...{ ApiVersion, Os: 'linux', Components: [{ Name: 'Engine' }, { Name: 'containerd' }] },
});

describe('the builder', () => {
  it.each([
    ['Docker 20.10', docker('1.41'), {}, 'buildkit'],
    ['a newer one', docker('1.52'), {}, 'buildkit'],
    ['one of the next generation', docker('2.0'), {}, 'buildkit'],
    ['an older one, whose cache mounts need a frontend', docker('1.40'), {}, 'classic'],
    ['Podman', { ...docker('1.41'), Components: [{ Name: 'Podman Engine' }] }, {}, 'classic'],
    ['Windows', { ...docker('1.43'), Os: 'windows' }, {}, 'classic'],
    ['an engine that tells nothing', {}, {}, 'classic'],
    ['BuildKit turned off', docker('1.52'), { DOCKER_BUILDKIT: '0' }, 'classic'],
    [
      'BuildKit turned off in another word',
      docker('1.52'),
      { DOCKER_BUILDKIT: 'false' },
      'classic',
    ],
    ['BuildKit wanted', docker('1.52'), { DOCKER_BUILDKIT: '1' }, 'buildkit'],
  ])('for %s', async (_, answer, environment, builder) => {
    expect(await builderOf(engine(answer), environment)).toBe(builder);
  });

  it('is the classic one where the engine does not answer', async () => {
    const silent = { version: () => Promise.reject(new Error('no')) } as unknown as Docker;
    expect(await builderOf(silent, {})).toBe('classic');
  });
});

describe('the Dockerfile', () => {
  it('goes to the classic builder as it is', () => {
    expect(dockerfileFor('classic', template)).toBe(template);
    expect(template).not.toMatch(/^RUN --mount/m);
  });

  it('keeps what apt and npm download where BuildKit can', () => {
    const mounts = dockerfileFor('buildkit', template).match(
      /^RUN --mount=type=cache,\S+ : "[^"]+"/gm,
    );
    expect(mounts).toEqual([
      'RUN --mount=type=cache,id=ai-in-docker-apt,sharing=locked,target=/var/cache/ai : "git, ssh, ripgrep and other everyday tools"',
      'RUN --mount=type=cache,id=ai-in-docker-npm,target=/var/cache/ai : "the assistant from npm"',
    ]);
    expect(dockerfileFor('buildkit', template)).not.toMatch(/# BuildKit:|ai\.build/);
    expect(template).toContain('ai.build=');
  });
});
