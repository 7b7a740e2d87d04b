import { configDefaults, defineConfig } from 'vitest/config';
import { CountReporter } from './test/count-reporter.ts';

/** Tests that need real servers; everything else needs none. */
const WITH_PARTS = ['src/**/*.{cluster,registry}.test.ts', 'test/**/*.test.ts'];

const shared = { testTimeout: 60_000, hookTimeout: 600_000 };

export default defineConfig({
  test: {
    reporters: ['default', new CountReporter()],
    globalSetup: './test/setup.ts',
    // Two cores: more files at once only wait for each other's servers.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: 'pure',
          include: ['src/**/*.test.{ts,tsx}', 'test/architecture.test.ts'],
          exclude: [...configDefaults.exclude, ...WITH_PARTS.slice(0, 1)],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'parts',
          include: WITH_PARTS,
          exclude: [...configDefaults.exclude, 'test/architecture.test.ts'],
        },
      },
    ],
  },
});
