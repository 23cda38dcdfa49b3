// The tool by which an assistant runs commands: each has its own name for it, and its own parameters.

/** A tool as the assistant offers it to the model. */
export interface Tool {
  name: string;
  /** JSON schema of its arguments. */
  parameters?: Schema | undefined;
}

/** As much of a JSON schema as is looked at. */
export interface Schema {
  type?: string;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  enum?: readonly unknown[];
  minimum?: number;
}

/** claude Bash; opencode, copilot bash; gemini, qwen run_shell_command; codex exec_command, or exec in its code mode. */
const names = ['Bash', 'bash', 'run_shell_command', 'exec_command', 'shell_command', 'exec'];

export const findShellTool = (tools: readonly Tool[]): Tool | undefined =>
  names.map((name) => tools.find((tool) => tool.name === name)).find((tool) => tool !== undefined);

/** Arguments for the command that fit the tool's own schema. */
export function shellArguments({ parameters }: Tool, command: string): Record<string, unknown> {
  const { properties = {}, required = [] } = parameters ?? {};
  const given = Object.hasOwn(properties, 'cmd') ? { cmd: command } : { command };
  const others = required.filter((name) => !Object.hasOwn(given, name));
  return {
    ...Object.fromEntries(others.map((name) => [name, harmless(properties[name] ?? {})])),
    ...given,
  };
}

/** Numbers are times to wait, in milliseconds. */
const harmless = (schema: Schema): unknown =>
  schema.type === 'number' || schema.type === 'integer' ? 10_000 : smallest(schema);

/** The smallest value that a schema allows. */
export function smallest(schema: Schema): unknown {
  if (schema.enum) return schema.enum[0];
  // Google writes the types in capitals.
  switch (schema.type?.toLowerCase()) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, smallest(inner)]),
      );
    case 'array':
      return [];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    default:
      return 'fake';
  }
}
