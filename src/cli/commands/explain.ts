// ai explain: what an error code means, what usually is behind it, and what to do. Works where nothing else does.

import type { CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { nearest } from '../../base/nearest.ts';
import type { PageCode } from '../error-pages/page.ts';
import { pageCodes, pageOf } from '../error-pages/pages.ts';
import { pageAsData, pageAsText } from '../error-pages/render.ts';
import { widthFor } from '../layout.ts';
import { formatTable } from '../table.ts';
import { print } from './answer.ts';

export const explain: CommandHandler = async (call) => {
  const { world, options, words } = call;
  const [word, another] = words;
  if (another !== undefined)
    throw new AiError('AI_USAGE', {
      problem: `ai explain takes one code, but got “${words.join(' ')}”`,
      next: 'ai explain  lists them',
    });
  // Settings that are wrong are what some of the codes are about: nothing is settled here.
  const { stdout } = world.streams;
  if (word === undefined) {
    const rows = pageCodes.map((code) => [code, pageOf(code).summary]);
    if (options.plain.json) print(call, pageCodes.map(pageAsData));
    else stdout.write(await formatTable(['CODE', 'MEANING'], rows, stdout));
    return exitCodes.ok;
  }
  const code = codeNamed(word);
  if (options.plain.json) print(call, pageAsData(code));
  else stdout.write(pageAsText(code, widthFor(stdout)));
  return exitCodes.ok;
};

/** `ai_engine_missing`, `engine-missing` and `Engine Missing` are AI_ENGINE_MISSING. @throws AiError AI_USAGE */
function codeNamed(word: string): PageCode {
  const normal = word
    .trim()
    .toUpperCase()
    .replaceAll(/[\s-]+/g, '_');
  const name = normal.startsWith('AI_') ? normal : `AI_${normal}`;
  const code = pageCodes.find((one) => one === name);
  if (code !== undefined) return code;
  const meant = nearest(name, pageCodes);
  throw new AiError('AI_USAGE', {
    problem: `“${word}” is not an error code`,
    next: meant === undefined ? 'ai explain  lists them' : `did you mean ai explain ${meant}?`,
  });
}
