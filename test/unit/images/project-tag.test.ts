// The names of a project's images.

import { describe, expect, it } from 'vitest';
import { noPackages } from '../../../src/base/packages.ts';
import { projectSteps, stepsOn, type ProjectWishes } from '../../../src/images/project-tag.ts';

const templates = { packages: 'p', devcontainer: 'd' };
const build = (text: string, more: object = {}) => ({
  text,
  context: { directory: '/anywhere', names: [], digest: 'x' },
  args: {},
  ...more,
});
const packages = { ...noPackages, apt: ['tree'] };
const all: ProjectWishes = { devcontainer: { image: 'debian' }, dockerfile: build('a'), packages };
const steps = (wishes: ProjectWishes, parent = 'ai/claude:1', more = templates) =>
  projectSteps({ assistant: 'claude', parent }, wishes, more);
const tags = (...input: Parameters<typeof steps>): readonly string[] =>
  steps(...input).map(({ tag }) => tag);

describe('the steps', () => {
  it('go from the devcontainer to the packages, each with a tag of its own', () => {
    expect(steps(all).map(({ kind }) => kind)).toEqual(['devcontainer', 'dockerfile', 'packages']);
    expect(new Set(tags(all)).size).toBe(3);
    for (const tag of tags(all)) expect(tag).toMatch(/^ai-in-docker\/claude-project:[0-9a-f]{12}$/);
    expect(steps({})).toEqual([]);
  });

  it('are the same where they stand on the same, so that a new package builds only its own', () => {
    const more = tags({ ...all, packages: { ...packages, pip: ['ruff'] } });
    expect(more.slice(0, 2)).toEqual(tags(all).slice(0, 2));
    expect(more[2]).not.toBe(tags(all)[2]);
    const moved = {
      ...all,
      dockerfile: build('a', { context: { directory: '/b', names: ['c'], digest: 'x' } }),
    };
    expect(tags(moved)).toEqual(tags(all));
  });

  it.each<[string, ProjectWishes]>([
    ['all of them', all],
    ['packages', { packages }],
    ['a devcontainer that is built', { devcontainer: { build: build('d') }, packages }],
  ])(
    'have on another image of the assistant the names that they would have there: %s',
    (_, wishes) => {
      const on = { assistant: 'claude', parent: 'ai/claude:2' };
      expect(stepsOn(steps(wishes), on, templates)).toEqual(steps(wishes, 'ai/claude:2'));
    },
  );

  it.each<[string, ProjectWishes]>([
    ['the text', { dockerfile: build('b') }],
    [
      'what it copies',
      { dockerfile: build('a', { context: { directory: '/', names: [], digest: 'y' } }) },
    ],
    ['an argument', { dockerfile: build('a', { args: { A: '1' } }) }],
    ['a stage', { dockerfile: build('a', { target: 't' }) }],
  ])('are others where %s is', (_what, wishes) => {
    expect(tags(wishes)).not.toEqual(tags({ dockerfile: build('a') }));
  });

  it('are others on another parent, for another assistant and of other templates', () => {
    const own = tags(all);
    const others = [
      tags(all, 'ai/claude:2'),
      projectSteps({ assistant: 'codex', parent: 'ai/claude:1' }, all, templates).map(
        ({ tag }) => tag,
      ),
      tags(all, 'ai/claude:1', { ...templates, devcontainer: 'e' }),
    ];
    for (const other of others) expect(other.some((tag) => own.includes(tag))).toBe(false);
  });

  it('share the image of a devcontainer that is built', () => {
    const image = (assistant: string) => {
      const [step] = projectSteps(
        { assistant, parent: assistant },
        { devcontainer: { build: build('a') } },
        templates,
      );
      return step?.kind === 'devcontainer' ? step.image : undefined;
    };
    expect(image('claude')).toMatch(/^ai-in-docker\/devcontainer:[0-9a-f]{12}$/);
    expect(image('claude')).toBe(image('codex'));
  });
});
