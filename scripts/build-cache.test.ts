import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { buildCacheDirectory, buildOnce, hashFiles } from './build-cache.ts';

const name = `test-${randomUUID()}`;

/** What the tests have left in the cache. */
async function leftovers(): Promise<string[]> {
  const entries = await readdir(buildCacheDirectory).catch(() => []);
  return entries.filter((entry) => entry.startsWith(name));
}

afterEach(async () => {
  for (const entry of await leftovers()) {
    await rm(join(buildCacheDirectory, entry), { recursive: true, force: true });
  }
});

describe('buildOnce', () => {
  it('builds once however many ask, and again for another key', async () => {
    let builds = 0;
    const ask = (key: string) =>
      buildOnce({
        name,
        key,
        estimate: '1 s',
        build: async (directory) => {
          builds++;
          await writeFile(join(directory, 'result'), key);
        },
      });
    const directories = await Promise.all([ask('a'), ask('a'), ask('a')]);
    expect(new Set(directories).size).toBe(1);
    expect(await readFile(join(await ask('a'), 'result'), 'utf8')).toBe('a');
    expect(builds).toBe(1);
    expect(await readFile(join(await ask('b'), 'result'), 'utf8')).toBe('b');
    expect(builds).toBe(2);
  });

  it('leaves nothing of a build that failed, and tries again', async () => {
    const ask = (build: () => Promise<void>) =>
      buildOnce({ name, key: 'a', estimate: '1 s', build });
    await expect(ask(() => Promise.reject(new Error('no compiler')))).rejects.toThrow(
      'no compiler',
    );
    expect(await leftovers()).toEqual([]);
    await ask(() => Promise.resolve());
    expect((await leftovers()).length).toBe(1);
  });

  it('takes the lock of a process that has died', async () => {
    const build = { name, key: 'a', estimate: '1 s', build: () => Promise.resolve() };
    const directory = await buildOnce(build);
    await rm(directory, { recursive: true });
    await writeFile(`${directory}.lock`, '');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${directory}.lock`, longAgo, longAgo);
    expect(await buildOnce(build)).toBe(directory);
  });
});

describe('hashFiles', () => {
  it('changes with names and contents, and only with those of the paths', async () => {
    const root = await mkdtemp(join(tmpdir(), 'hash-'));
    await mkdir(join(root, 'src/deep'), { recursive: true });
    await writeFile(join(root, 'src/deep/a'), '1');
    await writeFile(join(root, 'top'), '2');
    const hash = () => hashFiles(root, 'src', 'top');
    const before = await hash();
    await writeFile(join(root, 'other'), 'x');
    expect(await hash()).toBe(before);
    await writeFile(join(root, 'src/deep/a'), '3');
    const changed = await hash();
    expect(changed).not.toBe(before);
    await writeFile(join(root, 'src/b'), '');
    expect(await hash()).not.toBe(changed);
    await rm(root, { recursive: true });
  });
});
