// DESIGN.md section 2, enforced on the real tree; and each rule broken once, so that it is known to bite.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, slowImports, violations, type Sources } from '../support/architecture.ts';

const src = path.join(import.meta.dirname, '../../src');
const tree: Sources = Object.fromEntries(
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file.split(path.sep).join('/'), readFileSync(path.join(src, file), 'utf8')]),
);

/** Files that every ordinary start loads: the program, and the command behind `ai` itself. */
const straightPath = ['main.ts', 'cli/commands/run.ts'];

describe('the tree', () => {
  // It reads every source, which takes as long as the machine is busy.
  it('follows every rule', () => {
    expect(Object.keys(tree)).toContain('main.ts');
    expect(violations(tree)).toEqual([]);
  }, 60_000);

  it('loads nothing slow on the straight path', () => {
    expect(slowImports(tree, straightPath)).toEqual([]);
  });
});

describe('the rules', () => {
  const said = '// What it is for.\n';
  const of = (file: string, text: string): readonly string[] => violations({ [file]: said + text });
  const use = (name: string): string => `import { a } from '${name}';\nexport const b = a;\n`;
  const useType = (name: string): string =>
    `import type { A } from '${name}';\nexport type B = A;\n`;
  const refused = (file: string, target: string): string[] => [`${file}: may not import ${target}`];

  it.each([
    ['plan/a.ts', '../base/errors.ts'],
    ['plan/a.ts', './b.ts'],
    ['read/a.ts', '../plan/facts.ts'],
    ['session/a.ts', '../engines/engine.ts'],
    ['launch/a.ts', '../engines/docker/docker-engine.ts'],
    ['cli/commands/a.ts', '../../launch/launch.ts'],
    ['cli/commands/a.ts', '../palette.ts'],
    ['main.ts', './cli/program.ts'],
    ['base/version.ts', '../../package.json'],
    ['base/a.ts', 'node:path'],
  ])('%s may import %s', (file, target) => {
    expect(of(file, use(target))).toEqual([]);
  });

  it.each([
    ['base/a.ts', '../plan/b.ts', 'plan/b.ts'],
    ['settings/a.ts', '../host/files.ts', 'host/files.ts'],
    ['plan/a.ts', '../host/files.ts', 'host/files.ts'],
    ['plan/a.ts', '../launch/launch.ts', 'launch/launch.ts'],
    ['read/a.ts', '../state/runs.ts', 'state/runs.ts'],
    ['engines/a.ts', '../assistants/claude.ts', 'assistants/claude.ts'],
    ['images/a.ts', '../engines/engine.ts', 'engines/engine.ts'],
    ['session/a.ts', '../engines/docker/watch.ts', 'engines/docker/watch.ts'],
    ['session/a.ts', '../plan/run-plan.ts', 'plan/run-plan.ts'],
    ['launch/a.ts', '../cli/words.ts', 'cli/words.ts'],
    ['main.ts', './launch/launch.ts', 'launch/launch.ts'],
  ])('%s may not import %s', (file, specifier, target) => {
    expect(of(file, use(specifier))).toEqual(refused(file, target));
    expect(of(file, useType(specifier))).toEqual(refused(file, target));
    expect(of(file, `export const b = () => import('${specifier}');`)).toEqual(
      refused(file, target),
    );
    expect(of(file, `export type B = import('${specifier}').A;`)).toEqual(refused(file, target));
  });

  const withoutEnvironment = 'starts a program by spawn without saying its environment';
  it.each([
    ['a folder without a floor', 'misc/a.ts', 'export {};', 'misc has no floor'],
    ['a file beside main.ts', 'other.ts', 'export {};', 'other.ts has no floor'],
    ['a way out of src', 'cli/a.ts', use('../../test/x.ts'), 'leaves src: ../test/x.ts'],
    ['a long file', 'cli/a.ts', 'export {};\n'.repeat(250), 'has 251 lines'],
    ['a long assistant', 'assistants/a.ts', 'export {};\n'.repeat(60), 'has 61 lines of data'],
    ['a barrel', 'cli/a.ts', "export { a } from './b.ts';", 'is a barrel'],
    ['a star barrel', 'cli/a.ts', "export * from './b.ts';", 'is a barrel'],
    ['a default export', 'cli/a.ts', 'export default 1;', 'has a default export'],
    ['a default function', 'cli/a.ts', 'export default function a() {}', 'has a default export'],
    ['console below cli', 'launch/a.ts', "console.error('x');", 'uses console.error'],
    ['process.exit in cli', 'cli/a.ts', 'process.exit(1);', 'uses process.exit'],
    ['a program by any PATH', 'host/a.ts', "spawn('git', [], { cwd: '/' });", withoutEnvironment],
    ['a heavy library', 'images/a.ts', use('execa'), 'imports execa statically'],
    ['a part of one', 'images/a.ts', use('yaml/util'), 'imports yaml/util statically'],
    ['a bare import of one', 'cli/a.ts', "import 'chalk';", 'imports chalk statically'],
  ])('report %s', (_what, file, text, problem) => {
    expect(of(file, text)).toEqual([`${file}: ${problem}`]);
  });

  it('report a file that does not say what it is for', () => {
    const silent = ['cli/a.ts: does not say in its first line what it is for'];
    for (const text of ['export const a = 1;\n', '//\nexport const a = 1;\n', '\n// Late.\n'])
      expect(violations({ 'cli/a.ts': text })).toEqual(silent);
  });

  it('report cycles, type imports included, lazy ones not', () => {
    const pair = (a: string, b: string): Sources => ({
      'plan/a.ts': said + a,
      'plan/b.ts': said + b,
    });
    const cycle = ['cycle: plan/a.ts > plan/b.ts > plan/a.ts'];
    expect(violations(pair(use('./b.ts'), use('./a.ts')))).toEqual(cycle);
    expect(violations(pair(useType('./b.ts'), useType('./a.ts')))).toEqual(cycle);
    expect(violations(pair("export const l = () => import('./b.ts');", useType('./a.ts')))).toEqual(
      [],
    );
    expect(violations({ 'plan/a.ts': said + use('./a.ts') })).toEqual([
      'cycle: plan/a.ts > plan/a.ts',
    ]);
  });

  it('leave alone what may be', () => {
    expect(of('main.ts', 'process.exit(0);')).toEqual([]);
    expect(of('images/a.ts', useType('dockerode'))).toEqual([]);
    expect(of('images/a.ts', "export const b = async () => import('execa');")).toEqual([]);
    expect(
      of('plan/a.ts', "// console.log, import x from 'execa'\nexport const s = 'console.log';"),
    ).toEqual([]);
    expect(of('assistants/registry.ts', 'export {};\n'.repeat(100))).toEqual([]);
  });

  it('follow static imports, and only those, to what a start loads', () => {
    const sources = {
      'main.ts': "import './cli/a.ts';",
      'cli/a.ts': "import { b } from './b.ts';\nconst lazy = () => import('./c.ts');",
      'cli/b.ts':
        "import 'node:http';\nimport 'node:path';\nimport 'left-pad';\nimport 'commander';",
      'cli/c.ts': "import 'node:tls';",
    };
    expect(slowImports(sources, ['main.ts'])).toEqual([
      'cli/b.ts: loads node:http at every start',
      'cli/b.ts: loads left-pad at every start',
    ]);
  });

  it('see every kind of import', () => {
    expect(
      importsOf(
        [
          "import 'a'; import b from 'b'; import * as c from 'c'; export * from 'd';",
          "import type { E } from 'e'; export type { F } from 'f'; type G = import('g').G;",
          "const h = await import('h'); // import 'i'",
          "import { type J } from 'j';",
        ].join('\n'),
      ).map(({ specifier, kind }) => `${specifier} ${kind}`),
    ).toEqual([
      ...['a static', 'b static', 'c static', 'd static'],
      ...['e type', 'f type', 'g type', 'h lazy', 'j static'],
    ]);
  });
});
