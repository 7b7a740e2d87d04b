import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeNewFiles } from './write-new-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sisyphus-new-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

const FILES = new Map([
  ['a/b/one', '1'],
  ['c/two', '2'],
]);

const all = async () => (await readdir(folder, { recursive: true })).sort();

describe('new files', () => {
  it('are written with the folders that they need', async () => {
    await writeNewFiles(join(folder, 'x', 'y'), FILES);
    expect(await readFile(join(folder, 'x/y/a/b/one'), 'utf8')).toBe('1');
    expect(await readFile(join(folder, 'x/y/c/two'), 'utf8')).toBe('2');
  });

  it('are not written where one of them is there, whatever it is', async () => {
    await mkdir(join(folder, 'c/two'), { recursive: true });
    await expect(writeNewFiles(folder, FILES)).rejects.toMatchObject({
      code: 'files-exist',
      detail: join(folder, 'c/two'),
    });
    expect(await all()).toEqual(['c', 'c/two']);
  });

  it('are all taken back where one cannot be written, and nothing else is', async () => {
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a/mine'), 'mine');
    await writeFile(join(folder, 'c'), 'no folder');
    await expect(writeNewFiles(folder, FILES)).rejects.toMatchObject({ code: 'cannot-write' });
    expect(await all()).toEqual(['a', 'a/mine', 'c']);
  });
});
