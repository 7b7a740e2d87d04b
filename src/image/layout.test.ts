import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SisyphusError } from '../model/errors.ts';
import { openLayout } from './layout.ts';
import { DEFAULT_IMAGE_LIMITS as LIMITS } from './limits.ts';
import { packConfigImage } from './pack-image.ts';
import { parsePlatforms } from './platform.ts';
import type { StoredImage } from './stored-image.ts';
import { writeLayout } from './write-layout.ts';

const folder = await mkdtemp(join(tmpdir(), 'sisyphus-layout-'));
afterAll(() => rm(folder, { recursive: true }));
let names = 0;
const place = (suffix = ''): string => join(folder, `${++names}${suffix}`);

const pack = (text = 'x = 1\n'): Promise<StoredImage> =>
  packConfigImage({
    files: new Map([['a.star', text]]),
    entrypoint: 'a.star',
    binary: { repository: 'registry.example/a', digest: `sha256:${'b'.repeat(64)}` },
    platforms: parsePlatforms(['linux/amd64,linux/arm64']),
  });

/** Every file below a folder, with its content. */
async function contents(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const pairs = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path.slice(root.length + 1), (await readFile(path)).toString('hex')] as const;
  });
  return Object.fromEntries((await Promise.all(pairs)).sort());
}

async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown as SisyphusError);
  return `${(error as SisyphusError).code}: ${(error as SisyphusError).message}`;
}

describe('an OCI layout', () => {
  it.each(['', '.tar'])('is read as it was written, as "out%s"', async (suffix) => {
    const image = await pack();
    const path = place(suffix);
    await writeLayout(image, path, LIMITS);
    const read = await openLayout(path, LIMITS);
    expect(read.root).toEqual(image.root);
    const bytes = await read.read(image.root.digest);
    expect(bytes.equals(await image.read(image.root.digest))).toBe(true);
  });

  it('has the same bytes whatever the time, the folder and the umask', async () => {
    const [one, other] = [place('/deep/er'), place()];
    await writeLayout(await pack(), one, LIMITS);
    const umask = process.umask(0o077);
    await writeLayout(await pack(), other, LIMITS);
    await writeLayout(await pack(), `${other}.tar`, LIMITS);
    process.umask(umask);
    await writeLayout(await pack(), `${one}.tar`, LIMITS);
    expect(await contents(other)).toEqual(await contents(one));
    expect((await readFile(`${one}.tar`)).equals(await readFile(`${other}.tar`))).toBe(true);
  });

  it('takes the place of an earlier one, and leaves nothing of it', async () => {
    const [fresh, used] = [place(), place()];
    await writeLayout(await pack('x = 2\n'), used, LIMITS);
    await writeLayout(await pack(), used, LIMITS);
    await writeLayout(await pack(), fresh, LIMITS);
    expect(await contents(used)).toEqual(await contents(fresh));
  });

  it('takes the place of nothing else', async () => {
    const path = place('/x');
    await writeLayout(await pack(), path, LIMITS);
    const outer = join(path, '..');
    expect(await failure(writeLayout(await pack(), outer, LIMITS))).toBe(
      `output-exists: The folder ${outer} holds other things than an OCI layout.`,
    );
    const below = join(path, 'oci-layout/x');
    expect(await failure(writeLayout(await pack(), below, LIMITS))).toBe(
      `output-failed: The image cannot be written to ${below} (ENOTDIR).`,
    );
  });

  it('is refused when a blob is damaged or gone', async () => {
    const image = await pack();
    const path = place();
    await writeLayout(image, path, LIMITS);
    const file = join(path, 'blobs', image.root.digest.replace(':', '/'));
    await writeFile(file, '{}');
    const { read } = await openLayout(path, LIMITS);
    expect(await failure(read(image.root.digest))).toContain('has another content');
    await rm(file);
    expect(await failure(read(image.root.digest))).toContain('it has no sha256:');
  });

  it('is refused when it is none, or holds several images', async () => {
    const path = place();
    await writeLayout(await pack(), path, LIMITS);
    const index = JSON.parse(await readFile(join(path, 'index.json'), 'utf8'));
    const two = { ...index, manifests: [...index.manifests, ...index.manifests] };
    await writeFile(join(path, 'index.json'), JSON.stringify(two));
    expect(await failure(openLayout(path, LIMITS))).toBe(
      `no-layout: ${path} is not an OCI layout of one image: it holds 2 images, expected one.`,
    );
    await rm(join(path, 'oci-layout'));
    expect(await failure(openLayout(path, LIMITS))).toContain('it has no oci-layout');
    const archive = place('.tar');
    await writeFile(archive, 'no archive');
    expect(await failure(openLayout(archive, LIMITS))).toMatch(/^broken-image: /);
  });

  it('is refused when it is larger than an image may be', async () => {
    const path = place('.tar');
    await writeLayout(await pack(), path, LIMITS);
    expect(await failure(openLayout(path, { ...LIMITS, compressedBytes: 100 }))).toMatch(
      /^image-too-large: /,
    );
  });
});
