// The makes of engine for a Mac: how each is recognised, started, and where it listens.

export interface MacEngine {
  name: string;
  /** Below /Applications or ~/Applications. */
  application?: string;
  /** On the PATH. */
  program?: string;
  /** The docker context that it makes. */
  context: RegExp;
  start: readonly string[];
  /** Below the home directory. */
  socket: string;
  /** What may keep it from answering. */
  hint: string;
}

const window = 'look at its window: at its first start it may ask for consent or a password';

/** In the order in which one is chosen where several are installed and no context says which. */
export const macEngines = {
  desktop: {
    name: 'Docker Desktop',
    application: 'Docker.app',
    context: /^desktop-linux$/,
    start: ['open', '-a', 'Docker'],
    socket: '.docker/run/docker.sock',
    hint: window,
  },
  orbstack: {
    name: 'OrbStack',
    application: 'OrbStack.app',
    context: /^orbstack$/,
    start: ['open', '-a', 'OrbStack'],
    socket: '.orbstack/run/docker.sock',
    hint: window,
  },
  colima: {
    name: 'Colima',
    program: 'colima',
    context: /^colima$/,
    start: ['colima', 'start'],
    socket: '.colima/default/docker.sock',
    hint: 'colima status  says more',
  },
  rancher: {
    name: 'Rancher Desktop',
    application: 'Rancher Desktop.app',
    context: /^rancher-desktop$/,
    start: ['open', '-a', 'Rancher Desktop'],
    socket: '.rd/docker.sock',
    hint: 'look at its window: its container engine has to be dockerd (moby)',
  },
} as const satisfies Record<string, MacEngine>;

export type MacApp = keyof typeof macEngines;

export const macApps = Object.keys(macEngines) as readonly MacApp[];

/** The installed make that a docker context belongs to, or the first one where no context is chosen. */
export function chooseMacApp(
  installed: readonly MacApp[],
  context: string | undefined,
): MacApp | undefined {
  return context === undefined || context === 'default'
    ? installed[0]
    : installed.find((app) => macEngines[app].context.test(context));
}
