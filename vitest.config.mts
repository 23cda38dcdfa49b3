import { defineConfig } from 'vitest/config';

/**
 * Tests against the engine that neither look at all that is in it nor measure time: two files at once. The others have it for
 * themselves, after these.
 */
const calm = [
  ...['auth', 'bad-input', 'config', 'engine-tls', 'git', 'git-identity'],
  ...['hostile-project', 'isolation', 'mask', 'mode', 'mount-safety', 'native-install'],
  ...['network', 'openssh-tests', 'other-engines', 'own-assistants', 'paths'],
  ...['protect', 'secrets', 'setup', 'ssh-config', 'ssh-engine'],
].map((name) => `test/integration/${name}.test.ts`);

const withEngine = {
  globalSetup: 'test/support/engine-setup.ts',
  testTimeout: 120_000,
  hookTimeout: 600_000,
};

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
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
          exclude: calm,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...withEngine,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
