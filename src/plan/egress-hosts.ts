// Hosts that a run with `network: allowlist` may reach without being told: registries of packages, under their official names.

/** By the package manager; what stands for a name stands for all below it. Checked against each project's documentation. */
export const registryHosts: Readonly<Record<string, readonly string[]>> = {
};

/** Ports of a host that is named without one: the web’s, and ssh’s. */
export const usualPorts: readonly number[] = [80, 443, 22];
