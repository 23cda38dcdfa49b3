// What ai makes in a repository for the time of a run, and takes away: nothing of anybody else's.

import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import type { Mount, RunPlan } from '../../../src/plan/run-plan.ts';
import { makePlaceholders, removePlaceholders } from '../../../src/state/placeholders.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
const at = (name: string): string => path.join(directory, name);
const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

const planOf = (id = 'one'): RunPlan =>
  ({
    run: { id },
    mounts: [at('commondir'), at('hooks')].map((source) => ({ source }) as Mount),
    prepare: {
      placeholders: [
        { path: at('commondir'), kind: 'file', text: '.\n', owner },
        { path: at('hooks'), kind: 'directory', owner },
      ],
    },
  }) as unknown as RunPlan;

describe('placeholders', () => {
  it('are made and taken away', () => {
    makePlaceholders(planOf());
    expect(readFileSync(at('commondir'), 'utf8')).toBe('.\n');
    expect(statSync(at('hooks')).mode & 0o777).toBe(0o755);
    expect(statSync(at('commondir')).mode & 0o777).toBe(0o644);
    makePlaceholders(planOf('two'));
    removePlaceholders(planOf(), [planOf()]);
    expect(readdirSync(directory)).toEqual([]);
    removePlaceholders(planOf(), []);
  });

  it('stay while another run needs them', () => {
    makePlaceholders(planOf());
    removePlaceholders(planOf(), [planOf(), planOf('two')]);
    expect(readdirSync(directory)).toEqual(['commondir', 'hooks']);
  });

  it('that were changed stay', () => {
    makePlaceholders(planOf());
    writeFileSync(at('commondir'), '../x\n');
    writeFileSync(at('hooks/pre-commit'), '');
    removePlaceholders(planOf(), []);
    expect(readdirSync(directory)).toEqual(['commondir', 'hooks']);
  });

  it('that are links by now, or have another name, stay', () => {
    const victim = at('victim');
    writeFileSync(victim, '.\n');
    symlinkSync(victim, at('commondir'));
    removePlaceholders(planOf(), []);
    linkSync(victim, at('other'));
    expect(existsSync(victim)).toBe(true);
    expect(readdirSync(directory)).toEqual(['commondir', 'other', 'victim']);
  });

  it.each([
    [
      'a link to a file',
      () => {
        symlinkSync('/etc/passwd', at('commondir'));
      },
    ],
    [
      'a directory',
      () => {
        mkdirSync(at('commondir'));
      },
    ],
    [
      'a dangling link for a directory',
      () => {
        symlinkSync('nowhere', at('hooks'));
      },
    ],
  ])('are not made where %s stands', (_, act) => {
    act();
    expect(() => {
      makePlaceholders(planOf());
    }).toThrow(expect.objectContaining({ code: 'AI_PROTECT_LINK' }) as AiError);
    expect(existsSync(at('nowhere'))).toBe(false);
  });

  it('follow no link on the way', () => {
    const elsewhere = temporaryDirectory();
    symlinkSync(elsewhere, at('git'));
    const plan = planOf();
    const through = { path: at('git/commondir'), kind: 'file' as const, text: '.\n', owner };
    expect(() => {
      makePlaceholders({ ...plan, prepare: { ...plan.prepare, placeholders: [through] } });
    }).toThrow(expect.objectContaining({ code: 'AI_STATE_UNWRITABLE' }) as AiError);
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});
