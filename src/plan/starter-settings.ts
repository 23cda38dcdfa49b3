// The settings file that a project begins with: from what stands at its root, proposals for its image and hints for the rest. Pure.

import { isPackage } from '../base/packages.ts';
import { showOnOneLine } from '../base/quote.ts';

/** What was found at the root of a project. */
export interface ProjectSigns {
  /** Names that are there, of those in `signNames`. */
  files: readonly string[];
  /** `packageManager` of package.json: `pnpm@9.15.0`. */
  packageManager?: string;
  /** Files like .env, without examples. */
  secrets: readonly string[];
  /** A devcontainer.json, and why it cannot be used where it cannot. */
  devcontainer?: { name: string; why?: string };
  /** Why the root is one, where that is a marker of a workspace. */
  workspace?: string;
}

interface Toolchain {
  what: string;
  /** Any of these. */
  files: readonly string[];
  apt?: readonly string[];
  npm?: readonly string[];
  pip?: readonly string[];
  /** Directories that belong to the machine they were made on. */
  own?: readonly string[];
}

/** Packages are Debian's (bookworm and trixie have all of them), npm's and PyPI's. Node and npm are in the image. */
const toolchains: readonly Toolchain[] = [
  { what: 'Node', files: ['package.json'], own: ['node_modules'] },
  { what: 'pnpm', files: ['pnpm-lock.yaml', 'pnpm-workspace.yaml'], npm: ['pnpm'] },
  { what: 'Yarn', files: ['yarn.lock'], npm: ['yarn'] },
  { what: 'Bun', files: ['bun.lock', 'bun.lockb'], npm: ['bun'] },
  {
    what: 'Python',
    files: ['pyproject.toml', 'requirements.txt', 'setup.py', 'setup.cfg', 'Pipfile', 'uv.lock'],
    apt: ['python3', 'python3-pip', 'python3-venv'],
    own: ['.venv'],
  },
  { what: 'Poetry', files: ['poetry.lock'], pip: ['poetry'] },
  { what: 'uv', files: ['uv.lock'], pip: ['uv'] },
  { what: 'Pipenv', files: ['Pipfile'], pip: ['pipenv'] },
  {
    what: 'Rust',
    files: ['Cargo.toml'],
    apt: ['build-essential', 'cargo', 'pkg-config', 'rustc'],
    own: ['target'],
  },
  { what: 'Go', files: ['go.mod', 'go.work'], apt: ['golang-go'] },
  { what: 'Ruby', files: ['Gemfile'], apt: ['build-essential', 'ruby-bundler', 'ruby-dev'] },
  { what: 'PHP', files: ['composer.json'], apt: ['composer', 'php-cli'], own: ['vendor'] },
  { what: 'Maven', files: ['pom.xml'], apt: ['default-jdk-headless', 'maven'] },
  {
    what: 'Gradle',
    files: ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'],
    apt: ['default-jdk-headless'],
  },
  { what: 'CMake', files: ['CMakeLists.txt'], apt: ['build-essential', 'cmake'] },
  { what: 'make', files: ['Makefile', 'makefile', 'GNUmakefile'], apt: ['make'] },
];

const composeFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** All names that are looked for. */
export const signNames: readonly string[] = [
  ...new Set([...toolchains.flatMap(({ files }) => files), ...composeFiles, 'Dockerfile']),
];

export interface StarterSettings {
  text: string;
  /** In words, for people: `Node (package.json)`. */
  found: readonly string[];
}

export function starterSettings(signs: ProjectSigns): StarterSettings {
  const has = (name: string): boolean => signs.files.includes(name);
  const used = toolchains.filter(({ files }) => files.some(has));
  const found = [
    ...used.map(({ what, files }) => `${what} (${files.filter(has).slice(0, 3).join(', ')})`),
    ...(signs.devcontainer ? [`a devcontainer (${signs.devcontainer.name})`] : []),
    ...(signs.workspace === undefined
      ? []
      : [`a workspace of several packages (${signs.workspace})`]),
    ...(has('Dockerfile') ? ['a Dockerfile'] : []),
    ...composeFiles.filter(has).map((name) => `docker compose (${name})`),
    ...(signs.secrets.length > 0 ? [`files of secrets (${signs.secrets.join(', ')})`] : []),
  ];
  const sections = [
    head(found),
    imageSection(packagesOf(used, signs), signs, has('Dockerfile')),
    overlaySection(used.flatMap(({ own = [] }) => own)),
    maskSection(signs.secrets),
    composeSection(composeFiles.filter(has)),
  ].filter((lines) => lines.length > 0);
  return { text: `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`, found };
}

const head = (found: readonly string[]): readonly string[] => [
  '# Settings of this project for ai. What reaches the host counts once you trust',
  '# it: ai trust. All there are: ai config list. For completion in an editor:',
  '#   ai config schema >ai.schema.json, and as the first line here',
  '#   yaml-language-server: $schema=ai.schema.json',
  '#',
  ...(found.length > 0
    ? ['# Found here:', ...found.map((one) => `#   ${one}`)]
    : ['# Nothing was found here that it needs tools for.']),
];

type Lists = Readonly<Record<'apt' | 'npm' | 'pip', readonly string[]>>;

function packagesOf(used: readonly Toolchain[], { packageManager }: ProjectSigns): Lists {
  const all = (key: 'apt' | 'npm' | 'pip'): readonly string[] =>
    [...new Set(used.flatMap((toolchain) => toolchain[key] ?? []))].sort();
  const pinned = packageManager?.replace(/\+.*$/, '') ?? '';
  const [name] = pinned.split('@');
  const npm = all('npm').map((one) => (one === name && isPackage('npm', pinned) ? pinned : one));
  return { apt: all('apt'), npm, pip: all('pip') };
}

function imageSection(
  packages: Lists,
  { devcontainer }: ProjectSigns,
  hasDockerfile: boolean,
): readonly string[] {
  const isIn = devcontainer !== undefined && devcontainer.why === undefined;
  const lists = Object.entries(packages)
    .filter(([, names]) => names.length > 0)
    .map(([installer, names]) => `${installer}: [${names.map(quoted).join(', ')}]`);
  const comment = isIn ? '# ' : '';
  return [
    ...(devcontainer === undefined
      ? []
      : devcontainer.why === undefined
        ? [`# The assistant goes into the image of ${devcontainer.name}.`, 'devcontainer: true']
        : [`# ${devcontainer.name} cannot be used: ${showOnOneLine(devcontainer.why)}`]),
    ...(lists.length === 0
      ? [
          '# More than git, ssh, ripgrep, curl, jq and Node, from apt, npm and pip:',
          '# image:',
          '#   packages: { apt: [tree], npm: [], pip: [] }',
        ]
      : [
          isIn
            ? '# What the devcontainer lacks could be added to it:'
            : '# What the assistant’s image gets beside git, ssh, ripgrep, curl, jq and Node:',
          `${comment}image:`,
          `${comment}  packages:`,
          ...lists.map((line) => `${comment}    ${line}`),
        ]),
    ...(hasDockerfile
      ? [
          '  # A Dockerfile of its own begins with ARG AI_IMAGE and FROM ${AI_IMAGE}:',
          '  # dockerfile: ai.Dockerfile',
        ].map((line) => (lists.length === 0 || isIn ? `# ${line}` : line))
      : []),
  ];
}

const quoted = (name: string): string => (/^[a-z][a-z0-9.+-]*$/.test(name) ? name : `'${name}'`);

const overlaySection = (own: readonly string[]): readonly string[] =>
  own.length === 0
    ? []
    : [
        '# Built for this machine; in the container a copy of its own is better:',
        `# overlay: [${[...new Set(own)].join(', ')}]`,
      ];

const maskSection = (secrets: readonly string[]): readonly string[] =>
  secrets.length === 0
    ? []
    : [
        '# Files that the assistant is not to see, as in .gitignore:',
        `# mask: [${[...secrets].map((name) => `'${name}'`).join(', ')}]`,
      ];

const composeSection = (files: readonly string[]): readonly string[] =>
  files.length === 0
    ? []
    : [
        '# Services of docker compose are reached in their network (docker network ls):',
        '# network: name:PROJECT_default',
      ];
