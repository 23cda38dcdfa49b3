// A copy of the user's ssh configuration for inside a container: the same hosts, without what only this machine has.

import { quoteConfigWord } from '../base/ssh-config-line.ts';
import { isSshUser } from '../base/ssh-url.ts';
import {
  dependsOnPass,
  isTrivial,
  renderConditions,
  type Condition,
} from './ssh-config-conditions.ts';
import { readConfigFiles, type ConfigItem } from './ssh-config-files.ts';
import { Identities, type Identity, type PublicKey } from './ssh-config-identities.ts';
import {
  isProxyProgram,
  keptKeywords,
  listKeywords,
  missedKeywords,
} from './ssh-config-keywords.ts';

export interface SanitisedSshConfig {
  text: string;
  /** To be put into the directory `inside`; the text names them there. */
  publicKeys: readonly PublicKey[];
  /** What will be different inside, for people. */
  warnings: readonly string[];
}

export interface SanitiseOptions {
  /** The directory inside that the public keys and the known hosts are in. */
  inside: string;
  /** The files with known hosts inside; ssh adds to the first. */
  knownHosts?: readonly string[];
  /** The user's name on this machine, by which ssh logs in where nothing else is said. */
  user: string;
  environment?: Readonly<Record<string, string | undefined>>;
  /**
   * The only way out, for every host that has no jump host. The user's own commands would find none.
   */
  proxyCommand?: string;
}

/** Always a configuration that ssh accepts, for a user without one too. No private key is opened. */
export function sanitiseSshConfig(home: string, options: SanitiseOptions): SanitisedSshConfig {
  const { inside, user, environment = {}, proxyCommand } = options;
  const expansion = { home, user, environment };
  const content = readConfigFiles(expansion);
  const writer = new Writer(
    content.items,
    new Identities(expansion),
    inside,
    proxyCommand !== undefined,
  );
  const knownHosts = options.knownHosts ?? [`${inside}/known_hosts_run`, `${inside}/known_hosts`];
  const lines = [
    ...preamble(knownHosts),
    ...writer.lines(),
    ...ending(user, content.items, proxyCommand),
  ];
  return {
    text: lines.map((line) => `${line}\n`).join(''),
    publicKeys: writer.identities.publicKeys,
    warnings: [...new Set([...content.warnings, ...writer.warnings])].slice(0, mostWarnings),
  };
}

const mostWarnings = 50;

/**
 * Ssh takes the first value that it meets. Names in known_hosts stay readable, as people are asked about them after the run;
 * keywords of another version than the one inside are no error.
 */
const preamble = (knownHosts: readonly string[]): string[] => [
  'Host *',
  '  IgnoreUnknown *',
  `  UserKnownHostsFile ${knownHosts.map(quoteConfigWord).join(' ')}`,
  '  HashKnownHosts no',
  '  UpdateHostKeys no',
];

/**
 * The user inside may have another name than the one who owns the logins. Not where ssh reads everything a second time: a User
 * that is found only then would come too late.
 */
const ending = (
  user: string,
  items: readonly ConfigItem[],
  proxyCommand: string | undefined,
): string[] => {
  const lines = [
    ...(isSshUser(user) && !isReadTwice(items) ? [`  User ${user}`] : []),
    ...(proxyCommand === undefined ? [] : [`  ProxyCommand ${proxyCommand}`]),
  ];
  return lines.length > 0 ? ['Match all', ...lines] : [];
};

/** Once with the name given, and again with the one that ssh has found for it. */
const isReadTwice = (items: readonly ConfigItem[]): boolean =>
  items.some((item) =>
    item.kind === 'setting'
      ? item.keyword === 'canonicalizehostname' && !isNo(item.words[0])
      : item.conditions.some(dependsOnPass),
  );

type Setting = Extract<ConfigItem, { kind: 'setting' }>;

class Writer {
  readonly warnings: string[] = [];
  readonly identities: Identities;
  private readonly items: readonly ConfigItem[];
  private readonly inside: string;
  private readonly hasOneWayOut: boolean;
  private readonly isReadTwice: boolean;
  private readonly found = new Map<Setting, Identity>();
  /** Blocks that name a key that is known inside, and blocks that allow no other. */
  private readonly naming = new Set<number>();
  private readonly restricted = new Set<number>();

  constructor(
    items: readonly ConfigItem[],
    identities: Identities,
    inside: string,
    hasOneWayOut: boolean,
  ) {
    this.hasOneWayOut = hasOneWayOut;
    this.items = activeItems(items);
    this.identities = identities;
    this.inside = inside;
    this.isReadTwice = isReadTwice(items);
  }

  lines(): string[] {
    for (const item of this.items) if (item.kind === 'setting') this.lookUp(item);
    return this.items.flatMap((item) => {
      if (item.kind === 'setting') return this.setting(item).map((line) => `  ${line}`);
      const rendered = renderConditions(item.conditions);
      if (typeof rendered === 'string') {
        if (this.isReadTwice && isHostInBlock(item.conditions))
          this.warnings.push(`${item.at}: inside it is asked for the name given only`);
        return [rendered];
      }
      this.warnings.push(`${item.at}: ${rendered.text} is left out: ${rendered.reason}`);
      return [`# Left out: ${rendered.reason}`, 'Match !all'];
    });
  }

  private lookUp(item: Setting): void {
    const { keyword, block, words } = item;
    if (keyword === 'identitiesonly' && !isNo(words[0])) this.restricted.add(block);
    if (keyword !== 'identityfile') return;
    const identity = this.identities.identity(words[0] ?? '');
    this.found.set(item, identity);
    if (identity.kind === 'copied' || identity.kind === 'none') this.naming.add(block);
  }

  private setting(item: Setting): string[] {
    const { keyword, rest, words, at } = item;
    const missed = missedKeywords[keyword];
    if (missed !== undefined) this.warnings.push(`${at}: ${missed}`);
    if (!keptKeywords.has(keyword)) return [];
    const isCommand = keyword.endsWith('command');
    if ((words.includes('') && !isCommand) || (words.length > 1 && !listKeywords.has(keyword))) {
      this.warnings.push(`${at} is left out: it is malformed`);
      return [];
    }
    switch (keyword) {
      case 'identityfile':
        return this.identityFile(item);
      case 'identitiesonly':
        if (isNo(words[0])) return ['IdentitiesOnly no'];
        return this.naming.has(item.block) ? ['IdentitiesOnly yes'] : [];
      case 'certificatefile': {
        const name = this.identities.certificate(words[0] ?? '');
        return name === undefined ? [] : [this.named('CertificateFile', name)];
      }
      case 'proxycommand': {
        const program = (words[0] === 'exec' ? words[1] : words[0]) ?? '';
        // By another machine: the ssh that goes there takes that way itself.
        if (this.hasOneWayOut && !/(^|\/)ssh$/.test(program)) return [];
        if (program.toLowerCase() === 'none' || isProxyProgram(program)) break;
        this.warnings.push(
          `${at}: ${program} is not inside, the host is tried without ProxyCommand`,
        );
        // Not nothing: a ProxyJump further down would count then, which it does not outside.
        return ['ProxyCommand none'];
      }
      // Older versions take a comment behind it for a part of it.
      case 'proxyjump':
        return words[0] === undefined ? [] : [`ProxyJump ${words[0]}`];
    }
    return [`${keyword}${rest.startsWith('=') ? '=' : ' '}${rest}`];
  }

  /**
   * The copy of its public key, so that ssh takes this very key from the agent. Where there is none, the agent's other keys must
   * be tried, whatever a later block says.
   */
  private identityFile(item: Setting): string[] {
    const identity = this.found.get(item) ?? { kind: 'absent' };
    if (identity.kind === 'none') return ['IdentityFile none'];
    if (identity.kind === 'copied') return [this.named('IdentityFile', identity.name)];
    if (identity.kind === 'absent') return [];
    const { at, words, block } = item;
    this.warnings.push(`${at}: ${words[0] ?? ''} is left out: ${identity.reason}`);
    return this.naming.has(block) && this.restricted.has(block) ? [] : ['IdentitiesOnly no'];
  }

  private named = (keyword: string, name: string): string =>
    `${keyword} ${quoteConfigWord(`${this.inside}/${name}`)}`;
}

/** A Host that had to become a criterion of Match: Host asks for the name that counts in each reading, Match cannot. */
function isHostInBlock(conditions: readonly Condition[]): boolean {
  const needed = conditions.filter((condition) => !isTrivial(condition));
  return needed.length > 1 && needed.some(({ kind }) => kind === 'host');
}

/** Without what stands below a condition that nobody can ask inside, and without blocks that go on with nothing. */
function activeItems(items: readonly ConfigItem[]): ConfigItem[] {
  let active = true;
  return items.filter((item, index) => {
    if (item.kind === 'setting') return active;
    if (item.goesOn && items[index + 1]?.kind !== 'setting') return false;
    active = typeof renderConditions(item.conditions) === 'string';
    return true;
  });
}

const isNo = (word: string | undefined): boolean => /^(no|false)$/i.test(word ?? '');
