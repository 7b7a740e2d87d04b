import { afterEach, expect, it, vi } from 'vitest';
import { formatError, SisyphusError } from '../src/model/errors.ts';
import { requirePrerequisites } from './prerequisites.ts';

afterEach(() => vi.unstubAllEnvs());

it('is content with a machine that has everything', async () => {
  await expect(requirePrerequisites(['node', 'git', 'go'])).resolves.toBeUndefined();
});

it('names everything missing at once, with where to get it', async () => {
  vi.stubEnv('PATH', '/nowhere');
  const error = await requirePrerequisites(['node', 'go', 'rust']).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(SisyphusError);
  expect(formatError(error as SisyphusError)).toBe(
    [
      'This machine lacks what the build needs.',
      '  Go 1.26 or newer: not found. Get it from https://go.dev/dl',
      '  Rust with rustup: not found. Get it from https://rustup.rs',
      '  hint: Install what is listed, open a new shell, and run the same command again.',
    ].join('\n'),
  );
});
