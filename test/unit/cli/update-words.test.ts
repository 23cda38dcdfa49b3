// What is suggested as a command can be pasted into a shell: no list of alternatives, which would be a pipe there.

import { expect, it } from 'vitest';
import { updateWords } from '../../../src/cli/update-words.ts';
import { uncheckedOf } from '../../../src/cli/version-words.ts';
import { claude } from '../../../src/assistants/claude.ts';

const versions = ['2.0.0', '1.0.0'];

it.each([
  [
    'a version that there is not',
    (known: string[]) =>
      updateWords.AI_VERSION_UNKNOWN({ assistant: 'claude', version: '9', known, offline: false }),
    'choose another one: ai image pin claude',
  ],
  [
    'no way back',
    (have: string[]) => updateWords.AI_ROLLBACK_NONE({ assistant: 'claude', version: '9', have }),
    'ai image rollback claude',
  ],
])('of %s: one version as a command, and all of them to read', (_, wordsOf, command) => {
  expect(wordsOf(versions)).toMatchObject({
    details: ['there are: 2.0.0, 1.0.0'],
    next: `${command} 2.0.0`,
  });
  expect(wordsOf(['1.0.0'])).not.toHaveProperty('details');
  expect(wordsOf([]).next).not.toContain('undefined');
});

it('has a line for what no registry of packages knows', () => {
  expect(uncheckedOf({ kind: 'ready', image: 'a/b:1', assistant: claude })).toContain('a/b:1');
  expect(uncheckedOf({ kind: 'own', assistant: claude })).toContain('yours to update');
});
