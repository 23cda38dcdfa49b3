// ai where: the root, the package, every mount and the state of a run from here, and why.

import type { CommandHandler } from '../commands.ts';
import { showHostEntry } from '../../base/host-name.ts';
import { quoteForShell, showAsJson, showOnOneLine } from '../../base/quote.ts';
import type { Mount, RunPlan } from '../../plan/run-plan.ts';
import type { Facts } from '../../plan/facts.ts';
import type { MaskFacts } from '../../plan/mask-facts.ts';
import { listNames } from '../../plan/mask.ts';
import type { OverlayFacts } from '../../plan/overlay-facts.ts';
import { isPlain } from '../plain.ts';
import { assistantOf } from './assistant-request.ts';
import { planOf } from './run.ts';

export const where: CommandHandler = async (call) => {
  const { facts, plan } = await planOf(call, (settings) => ({
    kind: 'exec',
    assistant: assistantOf(settings),
    command: ['true'],
  }));
  const answer = call.options.plain.json
    ? `${showAsJson(asData(facts, plan), 2)}\n`
    : asText(facts, plan, isPlain(call.world.streams.stdout));
  call.world.streams.stdout.write(answer);
  return 0;
};

function asData(facts: Facts, plan: RunPlan): object {
  const { project, state, mask, settings } = facts;
  const { hidden = [], visible = {} } = mask ?? {};
  return {
    root: { path: project.root, reason: project.rootReason },
    package: project.package ?? null,
    project: project.id,
    workingDirectory: plan.workingDirectory,
    user: plan.user,
    image: plan.image,
    ssh: plan.ssh,
    model: plan.model ?? null,
    hostPorts: plan.hostPorts,
    network: { ...plan.network, egress: plan.egress ?? null },
    state: state.directory,
    overlay:
      facts.overlay?.places.map(({ relative, reason }) => ({ path: relative, reason })) ?? [],
    mask: { patterns: settings.mask, hidden: hidden.map(({ name }) => name), visible },
    mounts: plan.mounts,
  };
}

/** @param plain without columns and dashes */
export function asText(
  { project, state, mask, overlay, settings }: Facts,
  plan: RunPlan,
  plain: boolean,
): string {
  const rows: [string, string, string][] = [
    ['root', quoteForShell(project.root), project.rootReason],
    ...(project.package === undefined
      ? []
      : [
          ['package', quoteForShell(project.package), 'the part of it that you are in'] satisfies [
            string,
            string,
            string,
          ],
        ]),
    ['inside', quoteForShell(plan.workingDirectory.path), plan.workingDirectory.reason],
    ['user', `${plan.user.name} (${plan.user.uid}:${plan.user.gid})`, plan.user.reason],
    ['image', plan.image.tag, plan.image.reason],
    ['network', networkText(plan), showOnOneLine(plan.network.reason)],
    ['ssh', plan.ssh.agent, showOnOneLine(plan.ssh.reason)],
    ...modelRow(plan),
    ['state', quoteForShell(state.directory), 'logins and settings, shared by all projects'],
    ...(mask ? [maskRow(settings.mask, mask)] : []),
    ...(overlay ? [overlayRow(overlay)] : []),
  ];
  const width = Math.max(...rows.map(([, value]) => value.length));
  const head = rows.map(([name, value, why]) =>
    plain ? `${name}: ${value}, ${why}` : `${name.padEnd(9)}${value.padEnd(width)}  ${why}`,
  );
  const hosts = hostLines(plan);
  const mounts = plan.mounts.map((mount) => mountText(mount, plain ? ',' : ' —'));
  return `${[...head, ...hosts, '', 'mounts', ...mounts].join('\n')}\n`;
}

/** Those that it reaches, by why. */
function hostLines({ egress }: RunPlan): readonly string[] {
  if (egress === undefined) return [];
  const groups = new Map<string, string[]>();
  for (const { reason, ...host } of egress.hosts)
    groups.set(reason, [...(groups.get(reason) ?? []), showHostEntry(host)]);
  const lines = [...groups].map(
    ([reason, hosts]) => `  ${hosts.join(' ')}\n      ${showOnOneLine(reason)}`,
  );
  return ['', 'hosts', ...lines];
}

/** How many hosts, where it is a list; --json has them with their reasons. */
const networkText = ({ network, egress }: RunPlan): string =>
  egress ? `${egress.hosts.length} hosts` : network.mode;

const modelRow = ({ model }: RunPlan): [string, string, string][] =>
  model
    ? [['model', showOnOneLine(`${model.provider}:${model.name}`), showOnOneLine(model.reason)]]
    : [];

function maskRow(patterns: readonly string[], mask: MaskFacts): [string, string, string] {
  const { hidden } = mask;
  const visible = Object.values(mask.visible).flat();
  return [
    'mask',
    showOnOneLine(patterns.join(' ')),
    [
      `hides ${hidden.length === 0 ? 'nothing here' : listNames(hidden.map(({ name }) => name))}`,
      ...(visible.length > 0 ? [`not ${listNames(visible)}`] : []),
    ].join('; '),
  ];
}

/** Short: each mount has its reason. */
const overlayRow = ({ places }: OverlayFacts): [string, string, string] => [
  'overlay',
  places.length === 0 ? 'nothing' : `${places.length}`,
  places.length === 0
    ? 'none of what it names is here'
    : `the container’s own: ${listNames(places.map(({ relative }) => relative))}`,
];

function mountText({ source, volume, target, readOnly, reason }: Mount, dash: string): string {
  return `  ${quoteForShell(target)}${readOnly ? ' (read-only)' : ''}\n      ${volume ? 'volume ' : ''}${quoteForShell(source)}${dash} ${showOnOneLine(reason)}`;
}
