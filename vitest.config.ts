import { tmpdir } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { CountReporter } from './test/count-reporter.ts';
import { LongestFirst } from './test/longest-first.ts';
import { memoryFolder } from './test/memory-folder.ts';

const shared = { testTimeout: 60_000, hookTimeout: 600_000 };

// Workers and servers inherit it.
process.env.TMPDIR ??= memoryFolder() ?? tmpdir();

export default defineConfig({
  test: {
    reporters: ['default', new CountReporter()],
    // On two cores, since a story waits for a third of its time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: 'pure',
          // Nothing there changes what it imports, so a worker imports each module once.
          isolate: false,
          include: [
            '{src,scripts}/**/*.test.{ts,tsx}',
            'test/bench/*.test.ts',
            'test/architecture.test.ts',
          ],
          exclude: [
            ...configDefaults.exclude,
            'src/**/*.{cluster,registry}.test.ts',
            'src/state/**',
          ],
          globalSetup: './test/setup-engine.ts',
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'parts',
          include: ['src/**/*.{cluster,registry}.test.ts', 'test/bed/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/bed/database-server.test.ts'],
          globalSetup: './test/bed/setup.ts',
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'databases',
          include: ['src/state/**/*.test.ts', 'test/bed/database-server.test.ts'],
          globalSetup: './test/setup-databases.ts',
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'stories',
          include: ['test/e2e/*.test.ts'],
          globalSetup: './test/e2e/setup.ts',
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'package',
          include: ['test/package/*.test.ts'],
          globalSetup: './test/package/setup.ts',
        },
      },
    ],
  },
});
