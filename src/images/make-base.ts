// Makes the base image on this machine, for where no registry of images can be reached: Debian by debootstrap, Node by npm.

import { mkdirSync, writeFileSync } from 'node:fs';
import { madeBase } from '../assistants/pins.ts';
import { AiError } from '../base/errors.ts';
import type { LauncherEvent } from '../base/events.ts';
import { path } from '../base/path.ts';
import { hostMirrors } from './apt-sources.ts';
import type { AptMirrors } from './apt-sources.ts';
import { abandonedBaseDirectories, makeBaseDirectory, temporaryParent } from './base-directory.ts';
import { isInstalled, runCommand, streamCommand, withSystemPath } from '../host/command.ts';
import type { CommandOptions } from '../host/command.ts';
import { tagImage } from './engine-images.ts';
import { engineMessages, engineText } from './engine-stream.ts';
import { downloadPackage } from './npm.ts';
import { rootPrefix } from '../host/root-rights.ts';
import { imageReady } from './request.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import type { ImageServices } from './request.ts';

export const madeBaseTag = `ai-in-docker/base:${madeBase.suite}-node${madeBase.node}`;

/** Node's names of architectures -> the engines'. */
const architectures: Partial<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Makes the image `madeBaseTag`. Nothing but that image is left behind, however it ends.
 * @throws AiError AI_BASE_FAILED, AI_INTERRUPTED
 */
export async function makeBase(services: ImageServices): Promise<void> {
  const { emit, interrupt } = services;
  const environment = withSystemPath(services.environment);
  const nodePackage = await nodePackageFor(services);
  const cwd = makeBaseDirectory();
  const options: CommandOptions = {
    environment,
    cwd,
    interrupt,
    onLine: (line) => {
      emit({ type: 'work-line', line });
    },
  };
  const step = (number: number, label: string): void => {
    emit({ type: 'work-step', step: number, total: 4, label });
  };

  let asRoot: readonly string[] = [];
  let end: LauncherEvent = {
    type: 'work-end',
    ok: false,
    summary: 'the base image could not be made',
  };
  emit({ type: 'work-start', title: `base image ${madeBaseTag}` });
  try {
    asRoot = await needRoot(options);
    await remove(asRoot, abandonedBaseDirectories(), environment);
    await needDebootstrap(asRoot, options);
    step(1, `Debian ${madeBase.suite} by debootstrap`);
    await debootstrap(asRoot, hostMirrors(), options);
    step(2, `Node ${madeBase.node} and npm ${madeBase.npm} from npm`);
    const node = await downloadPackage(nodePackage, madeBase.node, options);
    const npm = await downloadPackage('npm', madeBase.npm, options);
    step(3, 'putting it together');
    await need('putting it together', [...asRoot, 'sh', '-euc', furnish, 'sh', node, npm], options);
    step(4, 'handing it to the engine');
    await importTree(asRoot, options, services);
    end = { type: 'work-end', ok: true, summary: `base image ${madeBaseTag} made` };
  } finally {
    await remove(asRoot, [cwd], environment);
    emit(end);
  }
}

async function needRoot(options: CommandOptions): Promise<readonly string[]> {
  const found = await rootPrefix(options);
  if ('words' in found) return found.words;
  throw new AiError('AI_BASE_FAILED', {
    step: 'asking for root’s rights',
    output: 'debootstrap needs root’s rights, and sudo gives none without a password',
    ...(found.missing === 'password' && { next: 'sudo -v' }),
  });
}

/** By a command, because only root may remove what root has made. */
async function remove(
  asRoot: readonly string[],
  directories: readonly string[],
  environment: CommandOptions['environment'],
): Promise<void> {
  if (directories.length === 0) return;
  const command = ['rm', '-rf', '--one-file-system', '--', ...directories];
  await runCommand([...asRoot, ...command], { environment, cwd: temporaryParent });
}

/** Below the working directory: `tree` becomes the image, `extra` is laid over it. */
async function debootstrap(
  asRoot: readonly string[],
  mirrors: AptMirrors,
  options: CommandOptions,
): Promise<void> {
  writeExtraFiles(path.join(options.cwd, 'extra'), mirrors);
  const overTls = Object.values(mirrors).some((mirror: string) => mirror.startsWith('https:'));
  // In a mount namespace of its own: what it mounts in the tree is gone with it, however it ends.
  const command = [
    ...['unshare', '--mount', 'debootstrap', '--variant=minbase'],
    ...(overTls ? ['--include=ca-certificates'] : []),
    ...[
      madeBase.suite,
      path.join(options.cwd, 'tree'),
      ...(mirrors.main === undefined ? [] : [mirrors.main]),
    ],
  ];
  await need('debootstrap', [...asRoot, ...command], options);
}

function writeExtraFiles(directory: string, { main, security }: AptMirrors): void {
  const write = (file: string, lines: readonly string[]): void => {
    mkdirSync(path.join(directory, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(directory, file), lines.map((line) => `${line}\n`).join(''));
  };
  const { suite } = madeBase;
  if (main !== undefined)
    write('etc/apt/sources.list', [
      `deb ${main} ${suite} main`,
      `deb ${main} ${suite}-updates main`,
      ...(security === undefined ? [] : [`deb ${security} ${suite}-security main`]),
    ]);
  // As Debian's slim images have it: what people read stays out, licences stay in.
  write('etc/dpkg/dpkg.cfg.d/docker', [
    ...['doc', 'man', 'info', 'locale', 'groff', 'lintian'].map(
      (name) => `path-exclude /usr/share/${name}/*`,
    ),
    'path-include /usr/share/doc/*/copyright',
  ]);
}

/** Runs in the working directory, as root, with the archives of Node and npm as its arguments. */
const furnish = `
umask 022
cd tree
mkdir -p usr/local/lib/node_modules/npm
tar -xzf "$1" --no-same-owner -C usr/local/bin --strip-components=2 package/bin/node
tar -xzf "$2" --no-same-owner -C usr/local/lib/node_modules/npm --strip-components=1
ln -s ../lib/node_modules/npm/bin/npm-cli.js usr/local/bin/npm
ln -s ../lib/node_modules/npm/bin/npx-cli.js usr/local/bin/npx
chmod -R u=rwX,go=rX usr/local ../extra
cp -R ../extra/. .
chmod 755 .
rm -rf var/lib/apt/lists/* var/cache/apt/* etc/resolv.conf etc/hostname usr/share/man/* usr/share/locale/*
find var/log usr/share/doc -type f ! -name copyright -delete
`;

async function importTree(
  asRoot: readonly string[],
  options: CommandOptions,
  services: ImageServices,
): Promise<void> {
  const { docker, interrupt } = services;
  // The engine makes /dev itself, and one without root's rights could not unpack it.
  const archive = ['tar', '-C', 'tree', '--numeric-owner', '--exclude=./dev/*', '-cf', '-', '.'];
  const { stdout, end } = await streamCommand([...asRoot, ...archive], options);
  let image: string | undefined;
  try {
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const stream = await docker.importImage(stdout, {
      changes: [`ENV ${path}`, 'CMD ["node"]'],
      ...(interrupt && { abortSignal: interrupt }),
    });
    for await (const { status, error } of engineMessages(stream)) {
      if (error !== undefined) throw new Error(error);
      if (status?.startsWith('sha256:')) image = status;
    }
    // An archive that broke off can look whole to the engine, so it gets its name only now.
    const archived = await end;
    if (!archived.ok || image === undefined) throw new Error(archived.output);
    throwIfInterrupted(interrupt, imageReady);
    await tagImage(docker, image, madeBaseTag);
  } catch (error) {
    if (image !== undefined)
      await docker
        .getImage(image)
        .remove()
        .catch(() => undefined);
    throwIfInterrupted(interrupt, imageReady);
    if (error instanceof AiError) throw error;
    throw failed('handing it to the engine', engineText(error));
  }
}

async function nodePackageFor({ docker }: ImageServices): Promise<string> {
  const engine = (await docker.version()).Arch;
  const nodePackage = (madeBase.nodePackages as Partial<Record<string, string>>)[engine];
  const host =
    process.platform === 'linux' ? (architectures[process.arch] ?? process.arch) : process.platform;
  if (nodePackage !== undefined && engine === host) return nodePackage;
  throw failed(
    'looking at this machine',
    `the engine runs ${engine} images and this machine is ${host}: the base can only be made on Linux of the engine's own architecture`,
  );
}

async function needDebootstrap(asRoot: readonly string[], options: CommandOptions): Promise<void> {
  if (!isInstalled('npm', options.environment))
    throw failed('looking for npm', 'npm is not on the PATH');
  if (isInstalled('debootstrap', options.environment)) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', 'debootstrap'];
  if (!isInstalled('apt-get', options.environment))
    throw failed('looking for debootstrap', 'debootstrap is not installed');
  const quiet = {
    ...options,
    environment: { ...options.environment, DEBIAN_FRONTEND: 'noninteractive' },
  };
  const { ok } = await runCommand([...asRoot, ...install], quiet);
  if (ok) return;
  await need('installing debootstrap', [...asRoot, 'apt-get', 'update'], quiet);
  await need('installing debootstrap', [...asRoot, ...install], quiet);
}

async function need(step: string, argv: readonly string[], options: CommandOptions): Promise<void> {
  const { ok, output } = await runCommand(argv, options);
  if (!ok) throw failed(step, output);
}

const failed = (step: string, output: string): AiError =>
  new AiError('AI_BASE_FAILED', { step, output });
