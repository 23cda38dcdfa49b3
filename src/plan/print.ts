// The plan as one `docker run` line that works when pasted, and as data with its secrets covered. Pure.

import { quoteForCsv, quoteForShell } from '../base/quote.ts';
import { scratchOptions } from './file-system.ts';
import {
  exchangeInside,
  home,
  runDirectory,
  socketDirectory,
  startCommand,
  systemCaFile,
} from './inside.ts';
import { showPort } from './provider-url.ts';
import type { Mount, RunPlan, Variable } from './run-plan.ts';

export interface DockerLine {
  line: string;
  /** What the run has and the line has not, for people. */
  leftOut: readonly string[];
}

export function printAsDockerRun(plan: RunPlan): DockerLine {
  const { user, limits, network, terminal, security, fileSystem } = plan;
  const made = new Set(plan.prepare.placeholders?.map(({ path }) => path));
  const mounts = plan.mounts.filter(
    (mount) => isInPreview(mount) && !made.has(mount.over ?? mount.source),
  );
  const words = [
    [plan.engine.make, 'run', '--rm'],
    terminal.tty ? ['-it'] : terminal.stdin ? ['-i'] : [],
    ['--init'],
    ['--name', plan.run.name],
    plan.hostName ? ['--hostname', plan.hostName.name] : [],
    ['--user', `${user.uid}:${user.gid}`],
    plan.userNamespace ? ['--userns', plan.userNamespace.mode] : [],
    ...plan.groups.map(({ gid }) => ['--group-add', String(gid)]),
    ['--cap-drop', 'ALL'],
    ...security.capAdd.map((capability) => ['--cap-add', capability]),
    ['--log-driver', 'none'],
    security.noNewPrivileges ? ['--security-opt', 'no-new-privileges'] : [],
    ['--pids-limit', String(limits.pids.count)],
    limits.memory
      ? [
          ...['--memory', String(limits.memory.bytes), '--memory-swap'],
          limits.memory.swap === undefined ? String(limits.memory.bytes) : '-1',
        ]
      : [],
    limits.cpuShares ? ['--cpu-shares', String(limits.cpuShares.count)] : [],
    limits.cpus ? ['--cpus', String(limits.cpus.count)] : [],
    network.mode === 'default' ? [] : ['--network', network.mode],
    ...network.publish.map((port) => ['--publish', publishText(port)]),
    fileSystem.readOnly ? ['--read-only'] : [],
    ...fileSystem.scratch.map(({ directory, size }) =>
      size === undefined
        ? ['--volume', directory]
        : ['--tmpfs', `${directory}:${scratchOptions(size)}`],
    ),
    ['--tmpfs', `${home}:exec,${homeOptions(plan)}`],
    ...mounts.map((mount) => ['--mount', hides(mount) ? emptyText(mount, plan) : mountText(mount)]),
    ['--workdir', plan.workingDirectory.path],
    ...plan.environment
      .filter(({ value }) => value !== exchangeInside)
      .filter(
        ({ value }) => ![runDirectory, socketDirectory].some((own) => value.startsWith(`${own}/`)),
      )
      .map(({ name, value, secret }) => ['--env', secret ? name : `${name}=${value}`]),
    ...Object.entries(plan.labels).map(([name, value]) => ['--label', `${name}=${value}`]),
    ...(plan.image.foreign
      ? [plan.health ? [] : ['--no-healthcheck'], ['--entrypoint', '']]
      : [['--entrypoint', startCommand]]),
    plan.health
      ? ['--health-cmd', plan.health.argv.join(' '), '--health-interval', `${plan.health.seconds}s`]
      : [],
    [plan.image.tag, ...plan.command.argv],
  ];
  const line = words.flat().map(quoteForShell).join(' ');
  return { line: [...assignments(plan), line].join(' '), leftOut: leftOut(plan) };
}

/** The caller's own variable of that name may be somebody else's key: the line sets the right one for itself. */
const assignments = ({ environment }: RunPlan): readonly string[] =>
  environment.flatMap(({ name, secret, from }) =>
    secret && from ? [`${name}=${sourceOf(from)}`] : [],
  );

/** What gives the value in a shell. */
export function sourceOf(from: NonNullable<Variable['from']>): string {
  if ('variable' in from) return `"$${from.variable}"`;
  if ('file' in from) return `"$(cat ${quoteForShell(from.file)})"`;
  // One line, and nothing in it that would end the parentheses early.
  const isSimple = /^[^\p{Cc}#()]*$/u.test(from.command);
  return `"$(${isSimple ? from.command : `sh -c ${quoteForShell(from.command)}`})"`;
}

/** The whole plan as data. */
export function planAsData(plan: RunPlan): object {
  const secrets = plan.environment.filter(({ secret, value }) => secret && value.length > 5);
  return {
    ...plan,
    environment: plan.environment.map((variable) =>
      variable.secret ? { ...variable, value: '***' } : variable,
    ),
    prepare: {
      ...plan.prepare,
      // An assistant's defaults may have been made of them.
      write: plan.prepare.write.map(({ text, ...file }) => ({
        ...file,
        text: secrets.reduce((covered, { value }) => covered.replaceAll(value, '***'), text),
      })),
    },
  };
}

/** Podman gives a tmpfs to nobody but its root. */
const homeOptions = ({ engine, user }: RunPlan): string =>
  engine.make === 'podman' ? 'mode=0777' : `mode=0700,uid=${user.uid},gid=${user.gid}`;

/** Files made for the run do not exist before it, and logins are not for pasting around: an empty home stands for them. */
const isInPreview = ({ role }: Mount): boolean => role !== 'run' && role !== 'state';

function leftOut(plan: RunPlan): readonly string[] {
  const names = plan.environment
    .filter(({ secret, from }) => secret && from === undefined)
    .map(({ name }) => name);
  return [
    'logins and conversations (the home is empty)',
    'your name in /etc/passwd',
    'your settings for git',
    ...(names.length > 0
      ? [`the values of ${names.join(', ')} (set them in your environment)`]
      : []),
    ...(plan.ssh.agent === 'none' ? [] : ['the ssh agent']),
    ...plan.hostPorts.map((port) => `the tunnel to ${showPort(port)}`),
    ...(plan.egress ? ['the proxy to allowed hosts (the line has no network at all)'] : []),
    ...(plan.browser?.opener ? ['the way to your browser'] : []),
    'the check of the mounts before the start',
    ...(plan.prepare.overlay ? ['what the container keeps for itself (overlay is empty)'] : []),
    ...(plan.prepare.placeholders?.some((one) => !one.overlay)
      ? ['what would be made for the run in .git, so that it cannot be made inside']
      : []),
    ...(plan.mounts.some(({ target }) => target === systemCaFile)
      ? ['the certificates of this host']
      : []),
    ...(plan.terminal.safe ? ['the filter of the output (terminal: safe)'] : []),
    ...(plan.limits.timeout ? [`the time limit of ${plan.limits.timeout.seconds} s`] : []),
  ];
}

/** What is the container's own is empty there as well: its place in the state is made by a run. */
const hides = ({ role }: Mount): boolean => role === 'mask' || role === 'overlay';

function mountText(mount: Mount): string {
  const fields = ['type=bind', `source=${mount.source}`, `target=${mount.target}`];
  if (mount.readOnly) fields.push('readonly');
  if (mount.kind === 'directory' && (mount.readOnly || mount.alone))
    fields.push('bind-nonrecursive');
  return fields.map(quoteForCsv).join(',');
}

/**
 * What is hidden stays so in the pasted line, where there is no empty file of the run: what is written to this one is lost. Podman
 * copies into a tmpfs what it covers, unless it is told not to.
 */
function emptyText(mount: Mount, { engine }: RunPlan): string {
  if (mount.kind === 'file') return mountText({ ...mount, source: '/dev/null' });
  const mode = mount.role === 'mask' ? ['tmpfs-mode=0555', 'readonly'] : ['tmpfs-mode=1777'];
  const fields = ['type=tmpfs', `target=${mount.target}`, ...mode];
  return [...fields, ...(engine.make === 'podman' ? ['notmpcopyup'] : [])]
    .map(quoteForCsv)
    .join(',');
}

function publishText(port: RunPlan['network']['publish'][number]): string {
  const address = port.hostAddress.includes(':') ? `[${port.hostAddress}]` : port.hostAddress;
  return `${address}:${port.hostPort}:${port.containerPort}/${port.protocol}`;
}
