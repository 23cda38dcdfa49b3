// The busybox image for an engine of its own: under the name that `ai` looks for, with the files that `ai` keeps of an image.

import { execFileSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type Docker from 'dockerode';
import { runAi, type AiOptions } from './ai.ts';
import { busyboxImage } from './busybox-image.ts';

interface OwnEngine {
  docker: Docker;
  host: string;
}

/** For runs from that home, as that user. */
export async function loadImage(
  { docker, host }: OwnEngine,
  { home, cwd, user }: { home: string; cwd: string } & Pick<AiOptions, 'user'>,
): Promise<void> {
  const temporary = mkdtempSync('/var/tmp/ai-test-image-');
  const archive = path.join(temporary, 'image.tar');
  execFileSync('docker', ['save', '--output', archive, busyboxImage]);
  execFileSync('docker', ['--host', host, 'load', '--quiet', '--input', archive]);
  rmSync(temporary, { recursive: true });
  const where = await runAi(['where', '--json'], { home, cwd, user });
  const { image, state } = JSON.parse(where.stdout) as { image: { tag: string }; state: string };
  const [repo = '', tag = ''] = image.tag.split(':');
  await docker.getImage(busyboxImage).tag({ repo, tag });
  // The files of this machine serve: what counts is that they are there.
  const images = path.join(state, 'images');
  const files = path.join(images, image.tag.replaceAll(/[^A-Za-z0-9._-]/g, '-'));
  mkdirSync(files, { recursive: true });
  for (const name of ['passwd', 'group']) cpSync(`/etc/${name}`, path.join(files, name));
  cpSync('/dev/null', path.join(files, 'ca-certificates.crt'));
  if (user) for (const made of [state, images, files]) chownSync(made, user.uid, user.gid);
}
