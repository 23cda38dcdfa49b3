// The settings that limit a run: memory, processors, processes, time.

import { setting } from './setting.ts';
import { duration, positiveInteger, positiveNumber, size } from './types.ts';

export const limits = {
  memory: setting<number | undefined>({
    // The least that Docker takes.
    type: {
      ...size,
      range: { least: 6 * 1024 ** 2, most: 1024 ** 5, expected: 'between 6m and 1024t' },
    },
    default: undefined,
    flag: '--memory <size>',
    help: 'memory limit, like 4g',
    trust: 'harmless',
    leastOfStrangers: 512 * 1024 ** 2,
  }),
  cpus: setting<number | undefined>({
    type: {
      ...positiveNumber,
      range: { least: 0.01, most: 8192, expected: 'between 0.01 and 8192' },
    },
    default: undefined,
    flag: '--cpus <number>',
    help: 'number of CPUs, like 1.5',
    trust: 'harmless',
    leastOfStrangers: 0.1,
  }),
  pids: setting<number>({
    // The most that Linux has (proc(5), pid_max).
    type: { ...positiveInteger, range: { least: 1, most: 4_194_304, expected: 'at most 4194304' } },
    default: 4096,
    flag: '--pids <number>',
    help: 'limit of processes and threads',
    trust: 'harmless',
    leastOfStrangers: 1,
  }),
  timeout: setting<number | undefined>({
    type: duration,
    default: undefined,
    flag: '--timeout <duration>',
    help: 'end the run after this time, like 90s or 10m (exit code 124)',
    trust: 'harmless',
    leastOfStrangers: 60,
  }),
} as const;
