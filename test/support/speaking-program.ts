// Speaks as the launcher does, in a process of its own at a real terminal: `work` until Enter, a question, or a command line.

import path from 'node:path';
import { makeConfirm } from '../../src/cli/confirm.ts';
import { makeReporter } from '../../src/cli/reporter.ts';
import { setPlain } from '../../src/cli/plain.ts';
import { run } from '../../src/main.ts';

const [what, ...words] = process.argv.slice(2);
setPlain(process, process.env['AI_PLAIN'] === '1');
if (what === 'work') {
  const emit = makeReporter({ quiet: false, debug: false });
  emit({ type: 'work-start', title: 'image for claude' });
  emit({ type: 'work-step', step: 1, total: 2, label: 'RUN apt-get' });
  emit({ type: 'work-line', line: 'Reading package lists' });
  await new Promise((resolve) => process.stdin.once('data', resolve));
  emit({ type: 'note', text: 'something else' });
  emit({ type: 'work-end', ok: true, summary: 'image for claude: 722 MB' });
  process.stdin.pause();
} else if (what?.startsWith('ask')) {
  // As during set-up, where an interruption is waited for.
  if (what === 'ask-listening') process.on('SIGINT', () => process.stdout.write('heard\n'));
  const answer = await makeConfirm(false)('Install it?', ['It takes a while']);
  process.stdout.write(`answered ${String(answer)}\n`);
  process.exit(0);
} else await run([what ?? '', ...words], path.join(import.meta.dirname, '../..'));
