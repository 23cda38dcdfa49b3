// What is to be said of the engine: whether it answers, is new enough, and can do what runs ask of it.

import { showEndpoint } from '../../engines/docker/endpoint.ts';
import { apiTrouble, oldestApi } from '../../engines/docker/refusals.ts';
import { formatSize } from '../../base/units.ts';
import { AiError } from '../../base/errors.ts';
import type { EngineInfo, EngineLook, ReachedLook } from '../../launch/doctor/look-engine.ts';
import { fromError, ok, skipped, warning, type Finding } from './finding.ts';

/** Bytes. An assistant with a build beside it takes more. */
const leastMemory = 2e9;

export function judgeEngine(engine: EngineLook): readonly Finding[] {
  const id = 'engine.reachable';
  if (engine.kind === 'unwanted')
    return [skipped(id, 'not looked at: runs on the machine itself need none')];
  if (engine.kind === 'failed')
    return engine.error.code === 'AI_ENGINE_PERMISSION'
      ? [skipped(id, 'not reached: you may not use it (see permissions)')]
      : [fromError(id, engine.error)];
  return [
    reachable(engine),
    ...deadSockets(engine),
    api(engine),
    kind(engine.info),
    ...place(engine),
  ];
}

function reachable({ named, version: { make, version } }: ReachedLook): Finding {
  const by = named.origin ? `, named by ${named.origin}` : '';
  return ok('engine.reachable', `${make} ${version} at ${showEndpoint(named)}${by}`);
}

/** A socket that is tried first and in vain costs every start a moment, and leads other programs astray. */
const deadSockets = ({ notes }: ReachedLook): readonly Finding[] =>
  notes.map((text) =>
    warning(
      'engine.sockets',
      text,
      'remove the socket that nothing answers at, or start its engine',
    ),
  );

function api({ version: { api: version } }: ReachedLook): Finding {
  const trouble = apiTrouble(version);
  return trouble
    ? fromError('engine.api', trouble)
    : ok('engine.api', `it speaks API ${version} (ai needs ${oldestApi})`);
}

function kind(info: EngineInfo): Finding {
  const { Driver: driver = 'unknown storage', MemTotal: memory = 0, CgroupVersion: cgroup } = info;
  const isRootless =
    info.Rootless === true ||
    (info.SecurityOptions ?? []).some((option) => option.startsWith('name=rootless'));
  const id = 'engine.kind';
  const parts = [
    isRootless ? 'rootless' : 'runs as root',
    `storage ${driver}`,
    ...(memory > 0 ? [`${formatSize(memory)} of memory`] : []),
  ];
  const summary = parts.join(', ');
  if (driver === 'vfs')
    return warning(
      id,
      `${summary}: vfs copies every layer whole, which is slow and fills the disk`,
      'set "storage-driver": "overlay2" in /etc/docker/daemon.json (rootless: "fuse-overlayfs"), and start the engine anew',
    );
  if (isRootless && cgroup === '1')
    return warning(
      id,
      `${summary}: on cgroup v1 it holds no limits of memory and processes`,
      'start the system with systemd.unified_cgroup_hierarchy=1 (cgroup v2)',
    );
  if (memory > 0 && memory < leastMemory)
    return warning(
      id,
      `${summary}: little for an assistant and what it builds`,
      'give the engine’s machine more memory (4 GB will do)',
    );
  return ok(id, summary);
}

/** Lists work on any engine; a run needs one that sees our files. */
function place({ named }: ReachedLook): readonly Finding[] {
  const isFar =
    named.kind === 'ssh' || (named.kind === 'tcp' && !/^(localhost|127\..*|::1)$/.test(named.host));
  if (!isFar) return [];
  const cause = 'it is on another machine; ai ps, stop and clean work there, runs do not';
  const error = new AiError('AI_ENGINE_REMOTE', { endpoint: showEndpoint(named), cause });
  return [fromError('engine.place', error, 'warning')];
}
