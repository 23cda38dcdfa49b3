// Which of the user's git settings go into a run: those that are known to be harmless and to work there. Pure.

import type { GitSetting } from './facts.ts';

/** `url.https://a.b/.insteadof` -> section `url`, subsection `https://a.b/`, name `insteadof`. */
export interface SettingName {
  section: string;
  subsection?: string;
  name: string;
}

export function splitName(setting: string): SettingName {
  const first = setting.indexOf('.');
  const last = setting.lastIndexOf('.');
  return {
    section: setting.slice(0, first),
    ...(last > first && { subsection: setting.slice(first + 1, last) }),
    name: setting.slice(last + 1),
  };
}

/**
 * A list of what may go in, and not of what may not: settings hold tokens and passwords under any name, commands of the host,
 * and paths that are not there inside. An unknown one stays outside.
 */
export function isAllowed({ name: full, value }: GitSetting): boolean {
  const { section, subsection, name } = splitName(full);
  if (section === 'alias') return !holdsLogin(value);
  const rule = subsection === undefined ? plain[section] : ofSubsection[section];
  const [isListed, isFit] = [rule?.(name) ?? false, valueRules[full] ?? valueRules[`${section}.*`]];
  return (
    isListed &&
    !/^!./.test(value) &&
    ![value, subsection ?? ''].some(holdsLogin) &&
    (isFit === undefined || isFit(value)) &&
    (section !== 'url' || isReachable(subsection ?? ''))
  );
}

type Names = (name: string) => boolean;
const all: Names = () => true;
const only = (names: string): Names => {
  const listed = new Set(names.split(' '));
  return (name) => listed.has(name);
};
const but = (names: string): Names => {
  const listed = only(names);
  return (name) => !listed(name);
};

/** Names are in lower case, as git lists them. Signing and files of the user are the business of git-settings.ts. */
const plain: Readonly<Partial<Record<string, Names>>> = {
  user: only('name email useconfigonly'),
  author: only('name email'),
  committer: only('name email'),
  core: only(
    'autocrlf eol safecrlf checkroundtripencoding quotepath whitespace abbrev commentchar commentstring longpaths ' +
      'precomposeunicode protecthfs protectntfs bigfilethreshold compression loosecompression deltabasecachelimit trustctime ' +
      'checkstat preloadindex warnambiguousrefs notesref logallrefupdates editor pager',
  ),
  sequence: only('editor'),
  pager: all,
  advice: all,
  apply: all,
  blame: all,
  branch: all,
  checkout: all,
  clean: all,
  clone: only('defaultremotename rejectshallow filtersubmodules'),
  color: all,
  column: all,
  commit: only('cleanup verbose status'),
  diff: only(
    'algorithm autorefreshindex colormoved colormovedws context dirstat dstprefix srcprefix ignoresubmodules indentheuristic ' +
      'interhunkcontext mnemonicprefix noprefix orderfile relative renamelimit renames statgraphwidth statnamewidth submodule ' +
      'suppressblankempty wordregex wserrorhighlight',
  ),
  feature: all,
  fetch: only(
    'prune prunetags all recursesubmodules parallel output writecommitgraph showforcedupdates fsckobjects unpacklimit ' +
      'negotiationalgorithm',
  ),
  format: only(
    'pretty signoff numbered subjectprefix attach thread coverletter coverfromdescription from useautobase notes suffix ' +
      'encodeemailheaders mboxrd to cc signature noprefix',
  ),
  gc: but('recentobjectshook'),
  grep: all,
  help: only('autocorrect'),
  http: only(
    'version postbuffer lowspeedlimit lowspeedtime maxrequests minsessions followredirects useragent sslverify',
  ),
  i18n: all,
  index: all,
  init: only('defaultbranch'),
  interactive: only('singlekey'),
  lfs: only('concurrenttransfers activitytimeout dialtimeout tlstimeout skipdownloaderrors'),
  // Signatures would be checked by a gpg that is not there.
  log: but('showsignature'),
  mailmap: only('blob'),
  maintenance: only('auto strategy'),
  merge: only(
    'conflictstyle ff log renames renamelimit directoryrenames renormalize stat branchdesc suppressdest verbosity autostash ' +
      'defaulttoupstream',
  ),
  notes: all,
  pack: all,
  pretty: all,
  protocol: only('version allow'),
  pull: all,
  push: but('gpgsign'),
  rebase: all,
  remote: only('pushdefault'),
  rerere: all,
  stash: all,
  status: all,
  submodule: only('recurse fetchjobs propagatebranches'),
  tag: but('gpgsign forcesignannotated'),
  trailer: only('separators where ifexists ifmissing'),
  transfer: only('fsckobjects unpacklimit credentialsinurl'),
  versionsort: all,
  worktree: only('guessremote'),
};

const ofSubsection: Readonly<Partial<Record<string, Names>>> = {
  branch: only('remote merge rebase pushremote description mergeoptions'),
  color: all,
  diff: only('binary xfuncname funcname wordregex algorithm'),
  gc: only('reflogexpire reflogexpireunreachable'),
  http: only('version postbuffer lowspeedlimit lowspeedtime followredirects useragent sslverify'),
  lfs: only('locksverify'),
  protocol: only('allow'),
  remote: only('fetch push prune prunetags tagopt skipdefaultupdate skipfetchall'),
  trailer: only('key where ifexists ifmissing'),
  url: only('insteadof pushinsteadof'),
};

/** Programs that an image may have; anything with a path, an option like `--wait`'s window or a pipe is of the host. */
const editor = /^(?:vi|vim|nvim|nano|emacs|micro|hx|ed|true|:)(?: [\w=+-]+)*$/;
const pager = /^(?:(?:less|more|cat)(?: [\w=+-]+)*)?$/;
const boolean = /^(?:true|false|yes|no|on|off|[01])$/i;
/** Relative ones lie in the project. */
const isOfProject = (value: string): boolean => !/^(?:[/~]|%\(|:\()/.test(value);

const valueRules: Readonly<Partial<Record<string, (value: string) => boolean>>> = {
  'core.editor': (value) => editor.test(value),
  'sequence.editor': (value) => editor.test(value),
  'core.pager': (value) => pager.test(value),
  'pager.*': (value) => boolean.test(value) || pager.test(value),
  'blame.ignorerevsfile': isOfProject,
  'diff.orderfile': isOfProject,
};

/** `https://anything@…` (a token often stands in the place of the name), or `user:password@` of another scheme. */
const holdsLogin = (text: string): boolean =>
  /https?:\/\/[^/\s?#]*@/i.test(text) || /:\/\/[^/\s?#@]*:[^/\s?#]*@/.test(text);

/** What stands for an address in url.*.insteadOf: over the network, not a directory of the host nor a helper (`ext::`). */
const isReachable = (base: string): boolean =>
  /^(?:https?|ssh|git|git\+ssh|ssh\+git|ftps?):\/\//i.test(base) ||
  /^(?:[^/:\s]+@)?[^/:\s]+:(?![:/])/.test(base);
