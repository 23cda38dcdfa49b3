// What is to be said of the ssh agent: whether it answers, and has what the project and the settings want.

import type { SshFacts } from '../../launch/doctor/look-ssh.ts';
import { troubleOfAgent } from '../../launch/agent-words.ts';
import { showRemote } from '../../plan/ssh.ts';
import { count, listed, ok, warning, type Finding } from './finding.ts';

export function judgeSsh(facts: SshFacts, platform: NodeJS.Platform): readonly Finding[] {
  return [judgeAgent(facts, platform), ...judgeKeys(facts), ...judgeHosts(facts)];
}

function judgeAgent(
  { isOff, agent, isByVariable, remotes }: SshFacts,
  platform: NodeJS.Platform,
): Finding {
  const id = 'ssh.agent';
  const trouble = troubleOfAgent(agent, platform);
  if (trouble === undefined)
    return ok(id, `it answers, and has ${count(agent.kind === 'keys' ? agent.count : 0, 'key')}`);
  // A variable that leads nowhere is left over from something, whoever needs it.
  if (agent.kind === 'silent' && isByVariable)
    return warning(
      id,
      `${trouble.what} (SSH_AUTH_SOCK)`,
      `${trouble.fix}  or, to go without, unset SSH_AUTH_SOCK`,
    );
  if (isOff) return ok(id, `${trouble.what}, and no run gets it (ssh: none)`);
  if (remotes.length === 0) return ok(id, `${trouble.what}, and this project has no ssh remotes`);
  const at = listed([...new Set(remotes.map(showRemote))]);
  return warning(id, `${trouble.what}, so nothing logs in at ${at}`, trouble.fix);
}

const judgeKeys = ({ missing }: SshFacts): readonly Finding[] =>
  missing.length === 0
    ? []
    : [
        warning(
          'ssh.keys',
          `your agent does not have ${count(missing.length, 'key')} of the setting ssh: ${listed(missing)}`,
          'ssh-add FILE  adds one; ai config get ssh  shows the setting',
        ),
      ];

const judgeHosts = ({ unknown: [first, ...more] }: SshFacts): readonly Finding[] =>
  first === undefined
    ? []
    : [
        warning(
          'ssh.hosts',
          `${listed([first, ...more].map(({ name }) => name))} ${more.length === 0 ? 'is' : 'are'} not in your known_hosts, so no key logs in there`,
          `${first.command}  and compare its fingerprint`,
        ),
      ];
