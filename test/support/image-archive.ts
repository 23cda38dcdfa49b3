// An image of one layer for whatever kind of processor it says, as `docker load` reads it: engines that import a tree name their own.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from './test-directory.ts';

/** @param tree directory with the files of the image */
export function loadTree(name: string, architecture: string, tree: string): void {
  const directory = temporaryDirectory();
  const run = (command: string, ...args: string[]): void => {
    execFileSync(command, args, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  run('tar', '-C', tree, '-cf', path.join(directory, 'layer.tar'), '.');
  const layer = createHash('sha256')
    .update(readFileSync(path.join(directory, 'layer.tar')))
    .digest('hex');
  const write = (file: string, data: object): void => {
    writeFileSync(path.join(directory, file), JSON.stringify(data));
  };
  write('config.json', {
    ...{ architecture, os: 'linux', config: {} },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
  });
  write('manifest.json', [
    { Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] },
  ] as const);
  run('tar', '-cf', 'image.tar', 'manifest.json', 'config.json', 'layer.tar');
  run('docker', 'load', '--quiet', '--input', 'image.tar');
}
