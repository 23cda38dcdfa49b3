// Which part of a file is run, where most of it is something else.

import { describe, expect, it } from 'vitest';
import { partThatRuns } from '../../../src/plan/executable-parts.ts';

const workspace = (...components: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<project version="4">\n${components.join('')}</project>\n`;
const runs = '  <component name="RunManager">\n    <configuration name="x" />\n  </component>\n';
const tasks = '  <component name="TaskManager">\n    <workItem from="1" />\n  </component>\n';
const inIde = (text: string): string => partThatRuns('/app/.idea/workspace.xml', text);

describe('of the workspace of an IDE', () => {
  it('what it writes all the time is left out', () => {
    expect(inIde(workspace(tasks, runs))).toBe(inIde(workspace(runs)));
    expect(inIde(workspace('  <component name="ProjectId" id="1" />\n', runs))).toBe(
      inIde(workspace(runs)),
    );
    expect(inIde(workspace(tasks, runs))).toContain('configuration');
    expect(partThatRuns('/app/workspace.xml', tasks)).toBe(tasks);
  });

  it.each([
    ['in another component', `  <component name="TaskManager">\n${runs}  </component>\n`],
    ['of another name', runs.replace('RunManager', 'Run&#77;anager')],
    ['behind what does not end', `  <component name="TaskManager">\n${runs}`],
    [
      'on one line',
      '  <component name="TaskManager"><x/></component><component name="RunManager"/>\n',
    ],
  ])('what is run is compared, also %s', (_, component) => {
    expect(inIde(workspace(component))).toBe(workspace(component));
  });
});

it('of the steps of a rebase, those that run something', () => {
  const steps = 'pick 1 exec\n# exec no\nexec make\n\tx ls\nexecute\nx\r\nfixup 2\n';
  expect(partThatRuns('/a/.git/rebase-merge/git-rebase-todo', steps)).toBe(
    'exec make\n\tx ls\nx\r\n',
  );
});

it('of a package.json, its commands; all of what is none', () => {
  expect(partThatRuns('package.json', '{"name":"x"}')).toBe('');
  expect(partThatRuns('package.json', '{"name":"x","husky":{"a":1}}')).toContain('husky');
  expect(partThatRuns('package.json', '{')).toBe('{');
});
