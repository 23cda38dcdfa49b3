// Writes templates/locks anew where a version in src/assistants/pins.ts has changed, or all of them with --all. Asks npm's registry.

import { bundled } from './bundled.mjs';

const { makeLocks } = await bundled('test/support/release-locks.ts');
for (const file of await makeLocks({ all: process.argv.includes('--all') })) console.log(file);
