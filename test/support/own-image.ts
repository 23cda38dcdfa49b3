// A ready image for tests of own assistants: busybox, a tiny program, and settings of an image that ours override.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { busyboxImage } from './busybox-image.ts';

/** Says what it got, and keeps a turn in its state and one in its conversations. */
export const program = `#!/bin/sh
printf '[%s]' "$@"; echo
echo "who $(id -u) where $PWD key \${OWN_KEY-none} other \${ZAI_API_KEY-none} mode \${OWN_MODE-none}"
echo turn >>~/.own/turns
echo turn >>~/.own/talks/turns
echo "state $(wc -l <~/.own/turns) talks $(wc -l <~/.own/talks/turns)"
case $1 in
  login) echo "$OWN_KEY" >~/.own/login ;;
  wait) echo "token-of-the-dead" >~/.own/login; echo ready; exec sleep 60 ;;
esac
`;

/** Builds it under that name, on top of the image of busybox-image.ts. */
export function buildOwnImage(name: string, temporary: string, text = program): void {
  const context = mkdtempSync(path.join(temporary, 'own-'));
  writeFileSync(path.join(context, 'tool'), text, { mode: 0o755 });
  writeFileSync(
    path.join(context, 'Dockerfile'),
    `FROM ${busyboxImage}
RUN ["/bin/busybox", "rm", "-r", "/opt"]
COPY tool /usr/bin/tool
ENV PATH=/usr/bin:/bin HOME=/nowhere
WORKDIR /elsewhere
USER 1234
ENTRYPOINT ["/bin/false"]
HEALTHCHECK CMD false
`,
  );
  execFileSync('docker', ['build', '--quiet', '--tag', name, context], { stdio: 'pipe' });
  rmSync(context, { recursive: true });
}

/** The setting that makes an assistant of it. */
export const ownSettings = (image: string): string => `
assistants:
  own:
    title: My Own
    image: ${image}
    command: tool
    flags: { prompt: [--message, {prompt}], continue: --resume, yolo: [] }
    conversations: .own/talks
    credentials: .own/login
    environment: { OWN_MODE: dark }
    keys: OWN_KEY
    login: tool login
`;
