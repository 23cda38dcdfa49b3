// The way to a model of a provider, with what the rest of a plan has to know of it.

import type { ModelRoute } from '../assistants/provider-way.ts';
import type { HostPort, Variable } from './run-plan.ts';

export interface PlannedRoute extends ModelRoute {
  /** Whose state the run gets: that of the assistant at this host, `127.0.0.1:11434`. */
  host: string;
  /** The key is one, and not a word in its place. */
  hasKey: boolean;
  /** Where it stands, where a shell can be told. */
  keyFrom?: NonNullable<Variable['from']>;
  /** The port of this machine that it leads to through the tunnel, if it does. */
  hostPort?: HostPort;
}
