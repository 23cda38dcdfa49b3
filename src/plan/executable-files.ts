// Which files of a project this machine runs sooner or later, known by their names, and what has changed among them. Pure.

/** What runs them. */
export type ExecutableKind =
  | 'git hook'
  | 'git config'
  | 'repository'
  | 'editor'
  | 'shell'
  | 'scripts'
  | 'make'
  | 'CI'
  | 'assistant';

export interface SeenFile {
  kind: ExecutableKind;
  /** Changes with every change that matters: of package.json, with that of its scripts. */
  print: string;
  /** Of a git configuration: what only counts where both have it (git-config-print.ts). */
  addresses?: Readonly<Record<string, string>>;
  /** Of a small text file, what was compared. */
  text?: string;
  /** When it was last changed in any way, in milliseconds since 1970 (st_ctime: nobody in a container can set it). */
  touched: number;
}

export interface ExecutableFiles {
  /** When the look began, in milliseconds since 1970. */
  taken: number;
  /** False where there was too much to look at all of it. */
  complete: boolean;
  /** By path: below the root, or absolute for what lies elsewhere. */
  files: Readonly<Record<string, SeenFile>>;
}

export interface ExecutableChange {
  path: string;
  kind: ExecutableKind;
  change: 'added' | 'changed' | 'removed';
  /** Of small text files. */
  before?: string;
  after?: string;
}

/** Names that stand for all that is below a directory of that name. */
const trees: Readonly<Record<string, ExecutableKind>> = {
  '.vscode': 'editor',
  '.idea': 'editor',
  '.fleet': 'editor',
  '.zed': 'editor',
  '.helix': 'editor',
  '.devcontainer': 'editor',
  '.husky': 'git hook',
  '.githooks': 'git hook',
  '.lefthook': 'git hook',
  '.lefthook-local': 'git hook',
  '.mise': 'shell',
  '.config/mise': 'shell',
  '.yarn/releases': 'scripts',
  '.yarn/plugins': 'scripts',
  '.circleci': 'CI',
  '.buildkite': 'CI',
  '.woodpecker': 'CI',
  '.github/workflows': 'CI',
  '.github/actions': 'CI',
  '.gitea/workflows': 'CI',
  '.forgejo/workflows': 'CI',
  '.gitlab/ci': 'CI',
  '.claude/hooks': 'assistant',
  '.claude/commands': 'assistant',
  '.claude/agents': 'assistant',
  '.claude/skills': 'assistant',
  '.cursor': 'assistant',
  '.gemini': 'assistant',
  '.codex': 'assistant',
  '.qwen': 'assistant',
  '.opencode': 'assistant',
  '.copilot': 'assistant',
  '.windsurf': 'assistant',
  '.continue': 'assistant',
};

/** Of a directory that counts, too, or of any. */
const names: Readonly<Record<string, ExecutableKind>> = {
  ...all('shell', '.envrc', '.mise.toml', 'mise.toml', 'mise.local.toml', '.mise.local.toml'),
  ...all('shell', '.config/mise.toml', 'flake.nix', 'shell.nix'),
  ...all('scripts', 'package.json', '.npmrc', '.yarnrc', '.yarnrc.yml', '.pnpmfile.cjs'),
  ...all('scripts', '.pnpmfile.mjs', '.cargo/config', '.cargo/config.toml'),
  ...all('make', 'makefile', 'gnumakefile', 'justfile', '.justfile', 'rakefile'),
  ...all('make', 'taskfile.yml', 'taskfile.yaml', 'taskfile.dist.yml', 'taskfile.dist.yaml'),
  ...all('git hook', '.pre-commit-config.yaml', '.huskyrc', '.lintstagedrc'),
  ...all('git config', '.gitattributes'),
  ...all('CI', '.gitlab-ci.yml', 'jenkinsfile', '.travis.yml', '.cirrus.yml', '.cirrus.star'),
  ...all('CI', 'bitbucket-pipelines.yml', 'appveyor.yml', '.appveyor.yml', 'cloudbuild.json'),
  ...withYaml('CI', 'azure-pipelines', '.drone', '.woodpecker', 'cloudbuild', 'buildspec'),
  ...all('editor', '.dir-locals.el', '.exrc', '.vimrc', '.nvimrc', '.nvim.lua'),
  ...all('editor', '.devcontainer.json'),
  ...all('assistant', '.mcp.json', 'opencode.json', 'opencode.jsonc', '.aider.conf.yml'),
};

/** Names with parts that may be others. */
const patterns: readonly (readonly [RegExp, ExecutableKind])[] = [
  [/\.code-workspace$/, 'editor'],
  [/^\.envrc\./, 'shell'],
  [/^\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)$/, 'git hook'],
  [/^\.(?:lintstaged|husky)rc\.|^lint-staged\.config\./, 'git hook'],
];

/** Most names are none of these: one look tells. */
const mayBePattern = /^\.?(?:envrc|lefthook|lint|husky)|workspace$/;

function all(kind: ExecutableKind, ...of: readonly string[]): Record<string, ExecutableKind> {
  return Object.fromEntries(of.map((name) => [name, kind]));
}

function withYaml(kind: ExecutableKind, ...of: readonly string[]): Record<string, ExecutableKind> {
  return all(kind, ...of.flatMap((name) => [`${name}.yml`, `${name}.yaml`]));
}

/** Directories that dependencies and caches are in: as large as all else together, and nobody opens them as a project. */
const passedOver = new Set(
  'node_modules bower_components __pycache__ .venv venv .tox .mypy_cache .pytest_cache .gradle .next .nuxt .cache .terraform'.split(
    ' ',
  ),
);

export const isPassedOver = (name: string): boolean => passedOver.has(name);

/** What all of a directory is, by its name and that of the one around it. Capitals do not matter: on some disks they do not. */
export const kindOfTree = (parent: string, name: string): ExecutableKind | undefined => {
  const one = name.toLowerCase();
  return own(trees, one) ?? own(trees, `${parent.toLowerCase()}/${one}`);
};

/** What a file is, by its name and that of its directory. */
export function kindOfFile(parent: string, name: string): ExecutableKind | undefined {
  const one = name.toLowerCase();
  const around = parent.toLowerCase();
  if (around === '.claude' && /^settings.*\.json$/.test(one)) return 'assistant';
  return (
    own(names, one) ??
    (around.startsWith('.') ? own(names, `${around}/${one}`) : undefined) ??
    (mayBePattern.test(one) ? patterns.find(([pattern]) => pattern.test(one))?.[1] : undefined)
  );
}

const own = <T>(of: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

/** Milliseconds that a file system's clock may be behind the process's. */
const clockTolerance = 50;

/**
 * What is another after than before, by path. What the first look did not come to counts as added only if it was touched since.
 * @param after with every file of `before` that is still there
 */
export function changesBetween(
  before: ExecutableFiles,
  after: ExecutableFiles,
): readonly ExecutableChange[] {
  const isNew = ({ touched }: SeenFile): boolean =>
    before.complete || touched >= before.taken - clockTolerance;
  const isCopied = copiesIn(before, after);
  const paths = new Set([...Object.keys(before.files), ...Object.keys(after.files)]);
  return [...paths].sort().flatMap((path): ExecutableChange[] => {
    const [was, is] = [own(before.files, path), own(after.files, path)];
    if (is === undefined)
      return was ? [{ path, kind: was.kind, change: 'removed', ...textOf('before', was) }] : [];
    if (was === undefined)
      return isNew(is) && !isCopied(path, is)
        ? [{ path, kind: is.kind, change: 'added', ...textOf('after', is) }]
        : [];
    if (was.print === is.print && !isAnyOther(was.addresses, is.addresses)) return [];
    const texts = { ...textOf('before', was), ...textOf('after', is) };
    return [{ path, kind: is.kind, change: 'changed', ...texts }];
  });
}

/** In a new worktree, what was in the project before under the same name: the worktree itself is what is to be told. */
function copiesIn(
  before: ExecutableFiles,
  after: ExecutableFiles,
): (path: string, file: SeenFile) => boolean {
  const tops = Object.keys(after.files)
    .filter((path) => path.endsWith('/.git') && own(before.files, path) === undefined)
    .map((path) => path.slice(0, -'.git'.length));
  return (path, { print }) =>
    tops.some(
      (top) => path.startsWith(top) && own(before.files, path.slice(top.length))?.print === print,
    );
}

const isAnyOther = (was: SeenFile['addresses'] = {}, is: SeenFile['addresses'] = {}): boolean =>
  Object.keys(was).some((name) => Object.hasOwn(is, name) && is[name] !== was[name]);

const textOf = (
  name: 'before' | 'after',
  { text }: SeenFile,
): { before?: string; after?: string } => (text === undefined ? {} : { [name]: text });
