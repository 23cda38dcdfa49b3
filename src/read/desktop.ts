// What opens a page of the web for whoever sits at this machine.

type Environment = Readonly<Partial<Record<string, string>>>;

/** A program that takes an address; `ssh` where nobody sits here, undefined where there is no desktop. */
export type Desktop = 'open' | 'xdg-open' | 'ssh';

export function desktopOf(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): Desktop | undefined {
  // A display there leads over the network to a machine with a browser of its own.
  if (['SSH_CONNECTION', 'SSH_TTY'].some((name) => environment[name])) return 'ssh';
  if (platform === 'darwin') return 'open';
  const hasDesktop = environment['DISPLAY'] || environment['WAYLAND_DISPLAY'];
  return hasDesktop ? 'xdg-open' : undefined;
}
