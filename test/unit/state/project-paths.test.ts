// The project's path in files that assistants keep: there and back again, and no other project's on the way in.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssistantState, PathPlace } from '../../../src/assistants/assistant.ts';
import { assistants } from '../../../src/assistants/registry.ts';
import type { BuiltInName } from '../../../src/base/assistant-definition.ts';
import { objectOf, parseJsonValue, type JsonValue } from '../../../src/base/json.ts';
import type { PathPair } from '../../../src/plan/run-plan.ts';
import { insideText, outsideText, ruleOf } from '../../../src/state/documents.ts';
import { renameTables, toInside, toOutside } from '../../../src/state/project-paths.ts';
import { oddNames } from '../../support/odd-names.ts';

const app: PathPair = { outside: '/home/ann/app', inside: '/workspace/app' };
const data: PathPair = { outside: '/srv/data', inside: '/workspace/app/data' };
const pairs = [app, data];
const keys: readonly PathPlace[] = [{ file: 'f', at: ['projects'] }];
const deep: readonly PathPlace[] = [{ file: 'f', at: ['repos', '*'] }];
const whole: readonly PathPlace[] = [{ file: 'f', at: [] }];

/** Names of one step of a path, odd ones among them. */
const step = fc
  .oneof(fc.constantFrom(...oddNames), fc.string({ minLength: 1, maxLength: 5 }))
  .filter((name) => !name.includes('/') && !['.', '..'].includes(name));
const below = (place: string): fc.Arbitrary<string> =>
  fc.array(step, { maxLength: 3 }).map((steps) => [place, ...steps].join('/'));
const ours = fc.oneof(below(app.outside), below(data.outside));
const others = fc.oneof(below('/home/ann/other'), below('/home/ann/app2'), fc.constant('/'));
const record = (key: fc.Arbitrary<string>): fc.Arbitrary<JsonValue> =>
  fc.array(fc.tuple(key, fc.integer()), { maxLength: 5 }).map((entries) => objectOf(entries));
/** In the project a directory that a mount hides has no name inside. */
const isHidden = (path: string): boolean => /^\/home\/ann\/app\/data(\/|$)/.test(path);

describe('paths in JSON', () => {
  it('of the project come back as they were, and those of others were never inside', () => {
    const any = record(fc.oneof(ours, others, fc.constant('no path')));
    fc.assert(
      fc.property(any, (projects) => {
        fc.pre(!Object.keys(projects as object).some(isHidden));
        const document = { projects, version: 2 };
        const inside = toInside(document, keys, pairs) as typeof document;
        for (const key of Object.keys(inside.projects as object))
          expect(key).toMatch(/^(\/workspace\/app(\/|$)|no path$)/);
        expect(toOutside(inside, document, keys, pairs)).toEqual(document);
      }),
    );
  });

  it('in lists come back too, with those of others, in whatever order', () => {
    const list = fc.uniqueArray(fc.oneof(ours, others), { maxLength: 6 });
    fc.assert(
      fc.property(list, (paths) => {
        fc.pre(!paths.some(isHidden));
        const document = { repos: { 'ann/app': paths } };
        const inside = toInside(document, deep, pairs);
        expect(JSON.stringify(inside)).not.toContain('/home/ann');
        const back = toOutside(inside, document, deep, pairs) as typeof document;
        expect(back.repos['ann/app'].toSorted()).toEqual(paths.toSorted());
      }),
    );
  });

  it('that the session has added stand in the truth under the host’s names, beside the others’', () => {
    const before = { projects: { '/home/ann/app': 1, '/home/ann/other': 2 } };
    const session = { projects: { '/workspace/app': 3, '/workspace/app/data/x': 4, name: 5 } };
    expect(toOutside(session, before, keys, pairs)).toEqual({
      projects: { '/home/ann/other': 2, '/home/ann/app': 3, '/srv/data/x': 4, name: 5 },
    });
  });

  it('of the container alone are left there', () => {
    expect(toOutside({ '/home/ai': 1, '/': 2, '/tmp/x': 3 }, {}, whole, pairs)).toEqual({});
    expect(toOutside({ '/home/ai': 1 }, { '/home/ann/other': 2 }, whole, pairs)).toEqual({
      '/home/ann/other': 2,
    });
  });

  type Row = [string, readonly PathPlace[], JsonValue, JsonValue];
  it.each<Row>([
    ['the project itself', whole, { '/home/ann/app': 1 }, { '/workspace/app': 1 }],
    ['a directory in it', whole, { '/home/ann/app/a b': 1 }, { '/workspace/app/a b': 1 }],
    ['no neighbour of like name', whole, { '/home/ann/app2': 1, '/home/ann': 2 }, {}],
    ['a mount of the user’s', whole, { '/srv/data/x': 1 }, { '/workspace/app/data/x': 1 }],
    ['a path that is one inside only', whole, { '/workspace/app': 1 }, {}],
    ['what is no path', whole, { version: 1, 'a/b': 2 }, { version: 1, 'a/b': 2 }],
    [
      'lists of other things',
      deep,
      { repos: { x: [1, '/home/ann/app'] } },
      { repos: { x: [1, '/workspace/app'] } },
    ],
    [
      'nothing where the place is a text',
      keys,
      { projects: '/home/ann/app' },
      { projects: '/home/ann/app' },
    ],
    [
      'nothing where the place is missing',
      keys,
      { other: { '/home/ann/app': 1 } },
      { other: { '/home/ann/app': 1 } },
    ],
    ['a list in the place of the document', whole, ['/home/ann/app', '/x'], ['/workspace/app']],
  ])('have on the way in: %s', (_what, places, document, expected) => {
    expect(toInside(document, places, pairs)).toEqual(expected);
  });

  it('have the way back where the project is the root of the host', () => {
    const root = [{ outside: '/', inside: '/workspace/project' }];
    const document = { '/': 1, '/etc/x': 2 };
    const inside = { '/workspace/project': 1, '/workspace/project/etc/x': 2 };
    expect(toInside(document, whole, root)).toEqual(inside);
    expect(toOutside(inside, document, whole, root)).toEqual(document);
  });

  it('are the same inside and outside where the project is mounted at its own place', () => {
    const same = [{ outside: '/home/ann/app', inside: '/home/ann/app' }];
    const document = { '/home/ann/app': 1, '/home/ann/other': 2 };
    expect(toInside(document, whole, same)).toEqual({ '/home/ann/app': 1 });
    expect(toOutside({ '/home/ann/app': 1 }, document, whole, same)).toEqual(document);
  });
});

describe('tables of TOML', () => {
  const table = (path: string): string => `[projects.${JSON.stringify(path)}]\ntrust_level = "x"\n`;
  const namesIn = (text: string): readonly string[] =>
    [...text.matchAll(/^\s*\[\s*projects\s*\.\s*("(?:[^"\\]|\\.)*"|'[^']*')/gm)].map(
      ([, name = '']) =>
        name.startsWith("'") ? name.slice(1, -1) : (parseJsonValue(name) as string),
    );

  it('come back as they were, and nothing else in the text changes', () => {
    const names = fc.uniqueArray(fc.oneof(ours, others), { maxLength: 5 });
    fc.assert(
      fc.property(names, (paths) => {
        fc.pre(!paths.some(isHidden));
        const text = [
          'model = "x" # [projects."/home/ann/app"]\n',
          ...paths.map(table),
          '[tui]\n',
        ].join('');
        const inside = renameTables(text, 'projects', pairs, 'inside');
        expect(namesIn(inside).filter((name) => ours_(name))).toEqual([]);
        expect(namesIn(renameTables(inside, 'projects', pairs, 'outside'))).toEqual(namesIn(text));
        expect(inside.startsWith('model = "x" # [projects."/home/ann/app"]\n')).toBe(true);
      }),
    );
  });
  const ours_ = (name: string): boolean => /^\/(home\/ann\/app|srv\/data)(\/|$)/.test(name);

  it('have no name twice afterwards: a file with one twice is none', () => {
    for (const paths of [
      ['/home/ann/app', '/workspace/app'],
      ['/workspace/app', '/home/ann/app'],
      ['/home/ann/app/data', '/srv/data'],
    ]) {
      const names = namesIn(renameTables(paths.map(table).join(''), 'projects', pairs, 'inside'));
      expect(new Set(names).size).toBe(2);
    }
  });

  it.each([
    ["[projects.'/home/ann/app']", '[projects."/workspace/app"]'],
    ['  [ projects . "/home/ann/app" ]', '  [ projects . "/workspace/app" ]'],
    ['[projects."/home/ann/app".hooks]', '[projects."/workspace/app".hooks]'],
    [String.raw`[projects."/home/ann/app/\"q\""]`, String.raw`[projects."/workspace/app/\"q\""]`],
    ['[profiles."/home/ann/app"]', '[profiles."/home/ann/app"]'],
    ['[projects."/home/ann/app2"]', '[projects."/home/ann/app2"]'],
    ['[projects."broken', '[projects."broken'],
  ])('%s is %s inside', (outside, inside) => {
    expect(renameTables(`a = 1\n${outside}\n`, 'projects', pairs, 'inside')).toBe(
      `a = 1\n${inside}\n`,
    );
  });
});

describe('files with paths', () => {
  const both = { '/home/ann/app': 'ours', '/home/ann/other': 'theirs' };
  const list = ['/home/ann/other', '/home/ann/app'];
  it.each<[BuiltInName, string, object]>([
    ['claude', '.claude.json', { projects: both, githubRepoPaths: { a: list }, userID: 'x' }],
    ['glm', '.claude.json', { projects: both }],
    ['gemini', 'projects.json', { projects: both }],
    ['gemini', 'trustedFolders.json', both],
    ['gemini', 'trusted_hooks.json', both],
    ['gemini', 'acknowledgments/agents.json', both],
    ['qwen', 'trustedFolders.json', both],
    ['qwen', 'mcpApprovals.json', both],
    ['copilot', 'config.json', { trustedFolders: list, theme: 'x' }],
    ['codex', 'config.toml', both],
  ])('of %s: %s knows the project inside, and all of them outside', (name, file, document) => {
    const state: AssistantState = assistants[name].state;
    const rule = ruleOf(state, file);
    const isToml = rule.tables !== undefined;
    const text = isToml
      ? Object.keys(document)
          .map((path) => `[projects.${JSON.stringify(path)}]\n`)
          .join('')
      : JSON.stringify(document);
    const inside = insideText(rule, text, { paths: pairs, lend: false });
    expect(inside).toContain('/workspace/app');
    expect(inside).not.toContain('/home/ann/app');
    // Of TOML the text is taken whole, with the others' tables in it.
    if (!isToml) expect(inside).not.toContain('/home/ann/other');
    const back = outsideText(rule, inside, { base: text, paths: pairs });
    expect(isToml ? back : parseJsonValue(back)).toEqual(isToml ? text : document);
  });

  it('that hold nothing of any project go in as they are, letter by letter', () => {
    const rule = ruleOf(assistants.claude.state, '.claude.json');
    const text = '{ "userID":   "x" }';
    expect(insideText(rule, text, { paths: pairs, lend: false })).toBe(text);
    expect(outsideText(rule, text, { base: text, paths: pairs })).toBe(text);
  });

  it('keep the comments that stand on top', () => {
    const rule = ruleOf(assistants.copilot.state, 'config.json');
    const text = `// one\n  // two\n${JSON.stringify({ trustedFolders: list })}`;
    const inside = insideText(rule, text, { paths: pairs, lend: false });
    expect(inside.split('\n').slice(0, 3)).toEqual(['// one', '  // two', '{']);
  });
});
