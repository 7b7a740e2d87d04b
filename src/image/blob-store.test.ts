import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
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

const BYTES = Buffer.from('some bytes');
const DIGEST = digestOf(BYTES);

describe('openBlobStore', () => {
  it('gives back what was kept, in another store too', async () => {
    expect(await openBlobStore(directory).read(DIGEST)).toBeUndefined();
    await openBlobStore(directory).write(DIGEST, BYTES);
    expect(await openBlobStore(directory).read(DIGEST)).toEqual(BYTES);
  });

  it('leaves nothing but whole blobs when many write at once', async () => {
    const store = openBlobStore(directory);
    await Promise.all(Array.from({ length: 20 }, () => store.write(DIGEST, BYTES)));
    expect(await readdir(join(directory, 'blobs', 'sha256'))).toEqual([
      DIGEST.slice('sha256:'.length),
    ]);
  });

  it('does not give what was changed on the disk, and mends it', async () => {
    const store = openBlobStore(directory);
    await store.write(DIGEST, BYTES);
    await writeFile(join(directory, 'blobs', 'sha256', DIGEST.slice('sha256:'.length)), 'other');
    expect(await store.read(DIGEST)).toBeUndefined();
    await store.write(DIGEST, BYTES);
    expect(await store.read(DIGEST)).toEqual(BYTES);
  });

  it('does without a folder that cannot be used', async () => {
    await writeFile(join(directory, 'file'), '');
    const store = openBlobStore(join(directory, 'file'));
    await store.write(DIGEST, BYTES);
    expect(await store.read(DIGEST)).toBeUndefined();
  });
});
