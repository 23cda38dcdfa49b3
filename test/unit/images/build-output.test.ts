// What a user is told of a build, from the output of three builders.

import { describe, expect, it } from 'vitest';
import { BuildOutput, parseStep } from '../../../src/images/build-output.ts';

describe('a step', () => {
  it.each([
    [
      'Step 3/23 : RUN apt-get update',
      { step: 3, total: 23, label: 'RUN apt-get update', works: true },
    ],
    ['Step 3 : RUN true', { step: 3, total: undefined, label: 'RUN true', works: true }],
    ['Step 4/9 : ARG BASE', { step: 4, total: 9, label: 'ARG BASE', works: false }],
    ['Step 5/9 : RUN : "a title"; true', { step: 5, total: 9, label: 'a title', works: true }],
    ['STEP 2/7: COPY a b', { step: 2, total: 7, label: 'COPY a b', works: false }],
    ['STEP 2: ADD a b', { step: 2, total: undefined, label: 'ADD a b', works: true }],
    [
      'Step 8/9 : COPY --from=fetch /opt/a /opt/a',
      { step: 8, total: 9, label: '/opt/a into the image', works: true },
    ],
    ['[1/2] STEP 4/8: RUN true', { step: 4, total: 8, label: 'RUN true', works: true }],
    [
      '#7 [fetch 2/5] RUN npm install',
      { step: 2, total: 5, label: 'RUN npm install', works: true },
    ],
    ['#7 [2/5] RUN npm install', { step: 2, total: 5, label: 'RUN npm install', works: true }],
    ['Step 1/2 : RUN   a \t  b', { step: 1, total: 2, label: 'RUN a b', works: true }],
  ])('%j', (line, expected) => {
    expect(parseStep(line)).toEqual(expected);
  });

  it.each([
    '',
    'Stepping 1/2 : x',
    ' ---> Running in 5cc4a14505d7',
    '#7 0.512 added 2 packages',
    'npm STEP 1/2: x',
  ])('is not %j', (line) => {
    expect(parseStep(line)).toBeUndefined();
  });

  it('has a label that fits on a line', () => {
    const label = parseStep(`Step 1/2 : RUN ${'x'.repeat(500)}`)?.label;
    expect(label).toHaveLength(72);
    expect(label?.endsWith('…')).toBe(true);
  });
});

const classic = [
  'Step 1/2 : FROM base\n',
  ' ---> 56f89afa75f6\n',
  'Step 2/2 : RUN false\n ---> Running in 5cc4a14505d7\n',
  'Reading pack',
  'age lists...\n',
  '\u001b[91mE: Unable to locate package x\n\u001b[0m',
  'Removing intermediate container 5cc4a14505d7\n',
];

describe('the output of a build', () => {
  it('becomes steps that do something and lines, wherever the pieces end, without colours and the builder’s own chatter', () => {
    const output = new BuildOutput();
    expect(classic.flatMap((piece) => output.take(piece))).toEqual([
      { type: 'work-step', step: 2, total: 2, label: 'RUN false' },
      { type: 'work-line', line: 'Reading package lists...' },
      { type: 'work-line', line: 'E: Unable to locate package x' },
    ]);
    expect(output.step).toBe('2/2 RUN false');
    expect(output.tail).toEqual(['Reading package lists...', 'E: Unable to locate package x']);
  });

  it('shows the last state of a line that overwrites itself', () => {
    expect(new BuildOutput().take('10%\r50%\r100%\r\n')).toEqual([
      { type: 'work-line', line: '100%' },
    ]);
  });

  it('keeps the last twenty lines of the step', () => {
    const output = new BuildOutput();
    output.take('Step 1/1 : RUN seq 50\n');
    for (let number = 1; number <= 50; number++) output.take(`${number}\n`);
    expect(output.tail).toHaveLength(20);
    expect(output.tail.at(-1)).toBe('50');
  });
});
