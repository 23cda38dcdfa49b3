// Facts in, plan out: every decision of a run is made here and in the files beside this one. No files, no clock, no engine.

import { isBuiltIn, stateOf, type Definitions } from '../base/assistant-definition.ts';
import { protectOf } from '../settings/protect.ts';
import { version } from '../base/version.ts';
import { emptyInstead, isApart } from './apart.ts';
import { planBrowser } from './browser.ts';
import { planCommand, planTerminal } from './command.ts';
import { stateNameOf } from './endpoint.ts';
import { egressNotes, egressPort, planEgress } from './egress.ts';
import { planEnvironment } from './environment.ts';
import type { Facts } from './facts.ts';
import { planForeignImage } from './foreign-image.ts';
import { planFileSystem, planHealth } from './file-system.ts';
import { launcherNotes } from './given-variables.ts';
import { home } from './inside.ts';
import { checkKeys, endpointNotes } from './keys.ts';
import { planGitMounts } from './git-mounts.ts';
import { planGitSettings } from './git-settings.ts';
import { planGitHubMounts } from './github.ts';
import { limitNotes, planLimits, planNetwork } from './limits.ts';
import { maskNotes, planMask, prepareMask } from './mask.ts';
import { describeRoute, modelNotes, planRoute } from './model-route.ts';
import { extraMountNotes, extraMounts, nestedNotes, orderMounts, withoutNested } from './mounts.ts';
import { overlayNotes, planOverlay } from './overlay.ts';
import { planPrepare } from './prepare.ts';
import { planVersion, type RunPlan } from './run-plan.ts';
import { continueNotes, planState, stateNotes, usesExchange } from './state.ts';
import { planProtect, protectNotes } from './protect.ts';
import { planSockets } from './sockets.ts';
import { planSsh, planSshVariables, sshNotes } from './ssh.ts';
import { planDefaults, planStateMounts, runPaths } from './state-mounts.ts';
import { isolationNotes } from './isolation-notes.ts';
import { planGroups, planUser, rootCapabilities } from './user.ts';
import { planWorkspace } from './workspace.ts';

/**
 * The plan of one run.
 * @throws AiError where the facts allow no run (a mount that hides another, no terminal for a session, …)
 */
export function buildPlan(facts: Facts): RunPlan {
  const { project, settings, state, image, assistant } = facts;
  const who = planUser(facts);
  const groups = planGroups(facts, settings.root ? who.user : who.owner, [
    { gid: project.owner.gid, what: project.root },
    ...facts.mounts.map(({ gid, source }) => ({ gid, what: source })),
  ]);
  const terminal = planTerminal(facts);
  const workspace = planWorkspace(project, settings.workspace);
  const apart = isApart(facts.request);
  const git = planGitMounts(project, workspace.mount.target);
  const gitSettings = planGitSettings(facts);
  const ssh = planSsh(facts, gitSettings.git.signsWithSsh);
  const { sock, workspace: empty } = runPaths({ directory: state.writable, runId: state.runId });
  const route = planRoute(facts, assistant, 'container');
  const hostPorts = route?.hostPort ? [route.hostPort] : [];
  const browser = planBrowser(facts, terminal);
  const environment = planEnvironment(facts, assistant, {
    ssh: planSshVariables(ssh),
    tty: terminal.tty,
    userName: who.user.name,
    exchange: usesExchange(facts, assistant),
    browser: browser !== undefined,
    ...(settings.network === 'allowlist' && { egressPort: egressPort(route?.hostPort) }),
    route,
  });
  if (facts.request.kind === 'assistant' && !route) checkKeys(facts, assistant);
  const sent = [...environment, ...facts.endpoints];
  const egress = planEgress(facts, assistant, { environment, route, ssh });
  const stateName = stateNameOf(assistant, sent, route);
  const variables = new Map(environment.map(({ name, value }) => [name, value]));
  const { login } = facts;
  const run = {
    ...{ project: workspace.mount.target, variables },
    ...(route ? { route } : login && { login }),
  };
  const defaults = planDefaults(facts, assistant.state.defaults?.(run) ?? {});
  const foreign = planForeignImage(facts, {
    relay:
      ssh.way === 'relay' ||
      hostPorts.length > 0 ||
      egress !== undefined ||
      (browser !== undefined && !facts.engine.sharesSockets),
  });
  const extra = extraMounts(facts.mounts);
  const ofState = planState(facts, assistant, {
    name: stateName,
    owner: settings.root || facts.engine.rootless ? who.owner : who.user,
    mounts: [workspace.mount, ...git, ...extra],
  });
  const sockets = planSockets(
    { ssh, hostPorts, ...(egress && { egress }), ...(browser && { browser }) },
    facts.engine.sharesSockets,
    {
      ...{ source: sock, owner: ofState.owner, below: state.writable },
    },
  );
  const model = describeRoute(route);
  const ofStateInside = assistant.state.directories.map(({ inside }) => `${home}/${inside}`);
  const others = orderMounts(
    [
      apart ? emptyInstead(workspace.mount, empty) : workspace.mount,
      ...git,
      ...planStateMounts(facts, assistant, ofState.exchange),
      ...sockets.mounts,
      ...[...defaults, ...foreign].map(({ mount }) => mount),
      ...planGitHubMounts(facts),
      ...extra,
    ],
    ofStateInside,
  );
  const overlays = planOverlay(facts, others);
  const seen =
    overlays.length === 0 ? others : orderMounts([...others, ...overlays], ofStateInside);
  const masks = planMask(facts, seen);
  const protecting = planProtect(facts, [...seen, ...masks]);
  const added = [...masks, ...protecting];
  const mounts = withoutNested(
    added.length === 0 ? seen : orderMounts([...seen, ...added], ofStateInside),
    facts,
  );
  const forMasks = prepareMask(masks, { owner: ofState.owner, below: state.writable });
  return {
    version: planVersion,
    run: {
      id: state.runId,
      name: containerName(project.name, assistant.name, state.runId),
      assistant: assistant.name,
      ...planDefinition(settings.assistants, assistant.name),
    },
    project: { root: project.root, name: project.name, id: project.id, reason: project.rootReason },
    watched: !apart && protectOf(settings) !== 'off',
    image: {
      tag: image.tag,
      ...(image.foreign && { foreign: true as const }),
      reason: image.reason,
    },
    command: planCommand(facts, assistant, route),
    workingDirectory: workspace.workingDirectory,
    user: who.user,
    ...(who.userNamespace && { userNamespace: who.userNamespace }),
    groups: groups.groups,
    // Assistants encrypt what they keep with it: one of its own for every container would make them forget a key.
    ...(settings.network !== 'host' && {
      hostName: { name: 'ai', reason: 'the same in every run' },
    }),
    mounts,
    environment,
    labels: {
      'ai.run': state.runId,
      'ai.owner': state.owner,
      'ai.assistant': assistant.name,
      'ai.project': project.root,
      'ai.version': version,
    },
    terminal,
    security: {
      capAdd: settings.root ? rootCapabilities : [],
      noNewPrivileges: true,
      reason: settings.root
        ? '--root: what package managers need'
        : 'an assistant needs no capability',
    },
    fileSystem: planFileSystem(facts, who.user, mounts),
    limits: planLimits(settings, facts.engine),
    ...planHealth(facts),
    engine: facts.engine,
    network: planNetwork(settings),
    ssh,
    ...(model && { model }),
    hostPorts,
    ...(egress && { egress }),
    ...(browser && { browser }),
    state: ofState,
    git: gitSettings.git,
    prepare: {
      ...planPrepare(facts, mounts, ofState.owner, {
        who,
        made: [...sockets.create, ...forMasks.create],
      }),
      write: [
        ...defaults.map(({ mount, text }) => ({ path: mount.source, text, mode: 0o400 })),
        ...foreign.map(({ mount, text }) => ({ path: mount.source, text, mode: 0o444 })),
        ...gitSettings.write,
        ...forMasks.write,
      ],
    },
    notes: [
      ...project.warnings,
      ...stateNotes(ofState),
      ...gitSettings.notes,
      ...continueNotes(facts, assistant, {
        workingDirectory: workspace.workingDirectory.path,
        paths: ofState.paths,
      }),
      ...groups.notes,
      ...maskNotes(facts),
      ...overlayNotes(facts, overlays),
      ...nestedNotes(facts),
      ...extraMountNotes(facts.mounts),
      ...protectNotes(facts),
      ...sshNotes(facts),
      ...egressNotes(facts),
      ...limitNotes(settings, facts.engine),
      ...isolationNotes(facts),
      ...launcherNotes(facts),
      ...modelNotes(facts, assistant),
      ...endpointNotes(facts, assistant, environment, route),
      ...(settings.network === 'host'
        ? ['network: host, so this run can reach every port of this machine']
        : []),
    ],
  };
}

/** Not its variables: their values may be secrets. Where the state is, an own one says in any case: another version may not know. */
function planDefinition(
  definitions: Definitions,
  name: string,
): Pick<RunPlan['run'], 'definition'> {
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  if (definition === undefined) return {};
  const { title, conversations, credentials } = definition;
  return {
    definition: {
      ...(title !== undefined && { title }),
      ...(!isBuiltIn(name) && { state: stateOf(name, definition) }),
      ...(conversations && { conversations }),
      ...(credentials && { credentials }),
    },
  };
}

/** Docker allows [a-zA-Z0-9][a-zA-Z0-9_.-]+ (moby, daemon/names). The run's id makes it unique. */
function containerName(project: string, assistant: string, runId: string): string {
  const readable = project
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .replaceAll(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 40);
  return ['ai', readable, assistant, runId].filter((part) => part !== '').join('-');
}
