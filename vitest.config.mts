import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Tests against the engine that neither look at all that is in it nor measure time: two files at once. The others have it for
 * themselves, after these.
 */
const calm = [
  ...['agent-filter', 'assistants', 'auth', 'bad-input', 'browser', 'commands', 'commit'],
  ...[
    'config',
    'derived',
    'doctor',
    'engine-loss',
    'engine-tls',
    'git',
    'git-identity',
    'host-ports',
  ],
  ...['hostile-project', 'image-base', 'image-locks', 'image-start', 'isolation', 'mask', 'mode'],
  ...['mount-safety', 'native', 'native-install', 'native-terminal', 'network', 'openssh-tests'],
  ...['other-engines', 'overlay', 'own-assistants', 'package-managers', 'paths', 'protect'],
  ...['secrets', 'session', 'setup', 'shells', 'ssh', 'ssh-config', 'ssh-engine'],
  ...['state-endings', 'terminal', 'users'],
].map((name) => `test/integration/${name}.test.ts`);

/**
 * The first looks at what builds leave in the engine, where another build would be seen and would take from it what BuildKit
 * remembers. Both mostly wait: one after the other, beside those that have the engine for themselves and build nothing.
 */
const builds = ['image', 'update'].map((name) => `test/integration/${name}.test.ts`);

/** The same of real assistants, two at once: all but those that start many at once, or look at every run of the user's. */
const calmAssistants = [
  ...['allowlist', 'assistants', 'auth-login', 'claude', 'commit', 'glm', 'images'],
  ...['local-models', 'logins', 'native'],
].map((name) => `test/e2e/${name}.test.ts`);

/** Those that take a minute and more: they begin first, so that none of them goes on alone when the others have ended. */
const longest = ['setup', 'git', 'other-engines', 'ssh', 'session', 'assistants', 'local-models'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = longest.indexOf(path.basename(moduleId, '.test.ts'));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

/** What a failure says is often all that is known of it. Projects have this each for itself. */
const chaiConfig = { truncateThreshold: 4000 };

const withEngine = {
  chaiConfig,
  globalSetup: 'test/support/engine-setup.ts',
  setupFiles: 'test/support/host-certificates.ts',
  testTimeout: 120_000,
  hookTimeout: 600_000,
};
const withAssistants = { ...withEngine, testTimeout: 180_000, hookTimeout: 900_000 };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          chaiConfig,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // For one that hangs: some make ten thousand files, on a disk where images are built meanwhile.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          ...withEngine,
          name: 'integration-calm',
          include: calm,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...withEngine,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: [...calm, ...builds],
          fileParallelism: false,
        },
      },
      {
        test: {
          ...withEngine,
          name: 'integration-builds',
          include: builds,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...withAssistants,
          name: 'e2e-calm',
          include: calmAssistants,
          maxWorkers: 2,
          // With those: where one kind ends, nothing waits for the other.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...withAssistants,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: calmAssistants,
          fileParallelism: false,
        },
      },
    ],
  },
});
