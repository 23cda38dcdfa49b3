// The fixed places inside every container.

export const home = '/home/ai';
/** The login that running sessions share, for assistants that agree among themselves on who renews it. */
export const exchangeInside = `${home}/.shared-login`;
/** What the launcher has to tell the first process: identity of the run, expected mounts, secrets. */
export const runDirectory = '/run/ai';
/** Sockets that lead to the launcher. */
export const socketDirectory = '/run/ai-sock';
/** Where programs inside look for a browser, first in every PATH: `xdg-open` and its other names (templates/inside/xdg-open). */
export const browserPrograms = `${runDirectory}/bin`;
/** The inside end of the relay, templates/inside/relay: a program for node. */
export const relayProgram = '/opt/ai/relay';
/** The first process, templates/inside/start. */
export const startCommand = '/opt/ai/start';
export const workspace = '/workspace';
/** Certificates that the host trusts beyond the usual ones. */
export const extraCaFile = `${runDirectory}/extra-ca.pem`;
/** Where Debian's programs (curl, git, apt, python) look for certificates. */
export const systemCaFile = '/etc/ssl/certs/ca-certificates.crt';
