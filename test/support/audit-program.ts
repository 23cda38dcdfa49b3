// Writes lines of the audit as a launcher does, in a process of its own: directory, name, and how many.

import { Redactor } from '../../src/base/redact.ts';
import { appendAudit } from '../../src/journal/audit.ts';

const [stateDirectory = '', name = '', count = '0'] = process.argv.slice(2);
for (let n = 0; n < Number(count); n++) {
  const trouble = appendAudit(
    { stateDirectory, redactor: new Redactor() },
    { what: 'start', name, n },
  );
  if (trouble !== undefined) throw new Error(trouble);
}
