// ai doctor: looks at everything that runs need here, says how it is and what helps, and with --fix does what is safe.

import type { CommandCall, CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { nearest } from '../../base/nearest.ts';
import { showAsJson } from '../../base/quote.ts';
import { version } from '../../base/version.ts';
import {
  beginExamination,
  type Examination,
  type ExaminationInput,
} from '../../launch/doctor/examination.ts';
import { mend, type Mend } from '../../launch/doctor/mend.ts';
import { areaNames, examine, type Area, type AreaFinding } from '../doctor/checks.ts';
import { formatReport } from '../doctor/report.ts';
import { wordsOf } from '../words.ts';

export const doctor: CommandHandler = async (call) => {
  const { world, options, words } = call;
  const { extra, plain, settings: commandLine } = options;
  const input: ExaminationInput = { commandLine, where: plain, online: extra['offline'] !== true };
  const areas = areasNamed(words);
  const first = await beginExamination(world, input);
  const before = await examine(first, areas);
  const repairs = extra['fix'] === true ? await repair(call, first, before) : undefined;
  const isChanged = repairs !== undefined && repairs.fixed.length + repairs.failed.length > 0;
  const findings = isChanged ? await examine(await beginExamination(world, input), areas) : before;
  const { stdout } = world.streams;
  stdout.write(
    plain.json === true
      ? `${showAsJson(world.redactor.coverData(asData(findings, repairs)), 2)}\n`
      : world.redactor.cover(formatReport(findings, stdout, plain.quiet === true)),
  );
  return findings.some(({ state }) => state === 'failure') ? exitCodes.unwell : exitCodes.ok;
};

/** All of them where none is named. @throws AiError AI_USAGE */
function areasNamed(words: readonly string[]): readonly Area[] {
  const unknown = words.find((word) => !areaNames.some((name) => name === word));
  if (unknown !== undefined)
    throw new AiError('AI_USAGE', {
      problem: `ai doctor does not look at “${unknown}”`,
      next: `ai doctor ${nearest(unknown, areaNames) ?? areaNames.join('|')}`,
    });
  return words.length === 0 ? areaNames : areaNames.filter((name) => words.includes(name));
}

interface Repairs {
  fixed: readonly string[];
  failed: readonly string[];
}

/** Each once, whoever asks for it; the making of an image only after a yes. */
async function repair(
  { world, options }: CommandCall,
  examination: Examination,
  findings: readonly AreaFinding[],
): Promise<Repairs> {
  const wanted = new Map<string, Mend>();
  for (const { mend: one } of findings)
    if (one !== undefined && (one.kind !== 'image' || options.plain.yes === true))
      wanted.set(JSON.stringify(one), one);
  const fixed: string[] = [];
  const failed: string[] = [];
  for (const one of wanted.values()) {
    const { done, failures } = await mend(world, examination, one);
    for (const text of done) world.emit({ type: 'note', text });
    fixed.push(...done);
    for (const trouble of failures) {
      const text = trouble instanceof AiError ? wordsOf(trouble).what : trouble;
      world.emit({ type: 'warning', text });
      failed.push(text);
    }
  }
  if (fixed.length + failed.length === 0)
    world.emit({ type: 'note', text: 'there is nothing that ai doctor --fix could mend' });
  return { fixed, failed };
}

/** Always the same keys. */
function asData(findings: readonly AreaFinding[], repairs: Repairs | undefined): object {
  const of = (wanted: string): number => findings.filter(({ state }) => state === wanted).length;
  return {
    ai: version,
    ok: of('failure') === 0,
    counts: {
      ok: of('ok'),
      warning: of('warning'),
      failure: of('failure'),
      skipped: of('skipped'),
    },
    fixed: repairs?.fixed ?? [],
    failed: repairs?.failed ?? [],
    checks: findings.map(
      ({ id, area, state, summary, detail = [], fix, code, mend: repairable }) => ({
        ...{ id, area, state, summary, detail },
        fix: fix ?? null,
        code: code ?? null,
        fixable: repairable !== undefined,
      }),
    ),
  };
}
