// A tiny image for tests that need a container but no assistant: busybox and our first process, 2 MB, built in a second.

import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { findCommand } from './packages.ts';

export const busyboxImage = 'ai-test/busybox';

const firstProcess = fileURLToPath(new URL('../../templates/inside/start', import.meta.url));

const dockerfile = `FROM scratch
COPY . /
RUN ["/bin/busybox", "--install", "-s", "/bin"]
# Open to everybody, as ours have them.
RUN mkdir -p /var/tmp /run/lock && chmod 1777 /tmp /var/tmp /run/lock
ENV PATH=/bin
CMD ["sh"]
`;

/** Builds the image; the engine's cache makes that a no-op where nothing changed. */
export async function buildBusyboxImage(docker: Docker, temporary: string): Promise<void> {
  const context = mkdtempSync(path.join(temporary, 'busybox-'));
  const put = (source: string, target: string): void => {
    mkdirSync(path.dirname(path.join(context, target)), { recursive: true });
    copyFileSync(source, path.join(context, target));
  };
  put(findCommand('busybox') ?? 'busybox', 'bin/busybox');
  put(firstProcess, 'opt/ai/start');
  for (const directory of ['tmp', 'home', 'etc']) mkdirSync(path.join(context, directory));
  writeFileSync(path.join(context, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(path.join(context, 'etc/group'), 'root:x:0:\n');
  writeFileSync(path.join(context, 'Dockerfile'), dockerfile);

  const progress = await docker.buildImage(
    { context, src: readdirSync(context) },
    { t: busyboxImage, rm: true, forcerm: true },
  );
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, (error: Error | null) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
  rmSync(context, { recursive: true });
}
