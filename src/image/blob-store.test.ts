import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBlobStore } from './blob-store.ts';
import { digestOf } from './digest.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sisyphus-blobs-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** The files of the store, from its folder. */
async function filesOf(): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

describe.each([
  ['small', Buffer.from('some bytes')],
  ['large', Buffer.alloc(100_000, 'some bytes')],
])('a store of blobs, for %s ones,', (_, bytes) => {
  const digest = digestOf(bytes);

  it('gives back what was kept, in another store too', () => {
    expect(openBlobStore(directory).read(digest)).toBeUndefined();
    openBlobStore(directory).write(digest, bytes);
    expect(openBlobStore(directory).read(digest)).toEqual(bytes);
  });

  it('does not give what was changed on the disk, and mends it', async () => {
    openBlobStore(directory).write(digest, bytes);
    const [file = '', ...others] = await filesOf();
    expect(others).toEqual([]);
    const changed = (await readFile(file)).toString().replace('some bytes', 'Some bytes');
    await writeFile(file, changed);
    const store = openBlobStore(directory);
    expect(store.read(digest)).toBeUndefined();
    store.write(digest, bytes);
    expect(openBlobStore(directory).read(digest)).toEqual(bytes);
  });

  it('does without a folder that cannot be used', async () => {
    await writeFile(join(directory, 'file'), '');
    openBlobStore(join(directory, 'file')).write(digest, bytes);
    expect(openBlobStore(join(directory, 'file')).read(digest)).toBeUndefined();
  });
});

describe('a store of blobs', () => {
  it('keeps small ones in one file', async () => {
    const store = openBlobStore(directory);
    for (let i = 0; i < 20; i += 1) store.write(digestOf(Buffer.from(`${i}`)), Buffer.from(`${i}`));
    expect(await filesOf()).toHaveLength(1);
  });

  it('lays a large one out as an OCI image layout does', async () => {
    const bytes = Buffer.alloc(100_000);
    const digest = digestOf(bytes);
    openBlobStore(directory).write(digest, bytes);
    expect(await filesOf()).toEqual([join(directory, 'blobs', ...digest.split(':'))]);
  });
});
