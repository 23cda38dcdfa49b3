// What is to be said of versions: which come together here, and whether Node is new enough.

import type { VersionFacts } from '../../launch/doctor/look-versions.ts';
import { failure, ok, warning, type Finding } from './finding.ts';

/** package.json, engines. */
const oldestNode = 20;

export const judgeVersions = (facts: VersionFacts): readonly Finding[] => [
  ok('versions.ai', `ai ${facts.ai} (${facts.platform})`),
  judgeNode(facts.node),
  ...judgeEngine(facts),
  ...judgeAssistants(facts),
  ...judgeNative(facts),
];

function judgeNode(version: string): Finding {
  const id = 'versions.node';
  return Number(version.split('.', 1)[0]) >= oldestNode
    ? ok(id, `Node ${version}`)
    : failure(id, `Node ${version} is too old`, `install Node ${oldestNode} or newer`);
}

const judgeEngine = ({ engine }: VersionFacts): readonly Finding[] =>
  engine.kind === 'reached'
    ? [ok('versions.engine', `${engine.version.make} ${engine.version.version}`)]
    : [];

/** What the next image of each gets. */
function judgeAssistants({ assistants }: VersionFacts): readonly Finding[] {
  const all = assistants.flatMap(({ name, pinned }) =>
    pinned === undefined ? [] : `${name} ${pinned}`,
  );
  return all.length === 0 ? [] : [ok('versions.assistants', all.join(', '))];
}

function judgeNative({ native }: VersionFacts): readonly Finding[] {
  if (native === undefined) return [];
  const id = 'versions.native';
  const { name, program, package: wanted } = native;
  switch (program.kind) {
    case 'own':
      return [ok(id, `${name} on this machine: ${program.path}`)];
    case 'installed':
      return [ok(id, `${name} on this machine: installed for ai alone`)];
    case 'missing':
      return [
        warning(
          id,
          `${name} is not on this machine`,
          wanted === undefined
            ? `ai ${name}  in a container, or install it yourself`
            : `ai --native --yes ${name}  installs ${wanted} for ai alone`,
          { code: 'AI_ASSISTANT_MISSING' },
        ),
      ];
  }
}
