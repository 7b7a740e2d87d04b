import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildGo } from './build.ts';
import { pushConfigImage } from './config-image.ts';
import { pushImage } from './oci.ts';
import type { Registry } from './registry.ts';

/** Where images go; a registry of the bed is one. */
type ImageTarget = Pick<Registry, 'url' | 'host'>;

/** The example's programs. Each has its folder under `example/`, and two images of that name. */
export const examplePrograms = ['echo', 'report'] as const;

export type ExampleProgram = (typeof examplePrograms)[number];

const libraryFolder = 'example/lib';

/** The folders that config images are made of. */
export const exampleFolders = [
  ...examplePrograms.map((program) => `example/${program}`),
  libraryFolder,
];

const exampleFolder = join(import.meta.dirname, '../../example');
/** Where the example's files say that its images are. */
const writtenHost = '127.0.0.1:5055';

/**
 * Copies the example to `FOLDER/example`, with a registry's address in place of the one that is
 * written in its files.
 */
export async function copyExample(folder: string, registry: ImageTarget): Promise<void> {
  const copy = join(folder, 'example');
  await cp(exampleFolder, copy, { recursive: true });
  const files = [...(await filesUnder(copy, '.yaml')), ...(await filesUnder(copy, '.bazel'))];
  for (const file of files) {
    const text = await readFile(join(copy, file), 'utf8');
    const elsewhere = text
      .replaceAll(`http://${writtenHost}`, registry.url)
      .replaceAll(writtenHost, registry.host);
    await writeFile(join(copy, file), elsewhere);
  }
}

/** Gives the folder with the example's programs as static binaries. */
export function buildExample(signal?: AbortSignal): Promise<string> {
  return buildGo({
    name: 'example',
    module: exampleFolder,
    packages: examplePrograms,
    sources: ['go.mod', ...examplePrograms.map((program) => `${program}/main.go`)],
    estimate: '20 s',
    signal,
  });
}

/** What the example's images are made of and where they go. */
export interface ExampleSource {
  /** Holds the `example` whose Starlark files go into the config images. */
  readonly folder: string;
  /** What `buildExample` gives. */
  readonly binaries: string;
  readonly registry: ImageTarget;
}

/**
 * Pushes a program's binary image, and the config image over it as `example/PROGRAM_config:latest`.
 * @returns the digest of the config image
 */
export async function pushExample(
  program: ExampleProgram,
  { folder, binaries, registry }: ExampleSource,
): Promise<string> {
  const content = await readFile(join(binaries, program));
  const repository = `example/${program}`;
  const { digest } = await pushImage(registry, {
    repository,
    layers: [{ [program]: { mode: 0o755, content } }],
    execution: { Entrypoint: [`/${program}`] },
  });
  const config = await pushConfigImage(registry, {
    repository: `${repository}_config`,
    tag: 'latest',
    files: await starlarkFiles(folder, [repository, libraryFolder]),
    entrypoint: `example/${program}/${program}.star`,
    binary: { repository: `${registry.host}/${repository}`, digest },
  });
  return config.digest;
}

/** Starlark files by their path in `root`. */
async function starlarkFiles(
  root: string,
  folders: readonly string[],
): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const folder of folders) {
    for (const file of await filesUnder(join(root, folder), '.star')) {
      files[`${folder}/${file}`] = await readFile(join(root, folder, file), 'utf8');
    }
  }
  return files;
}

async function filesUnder(folder: string, suffix: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => file.endsWith(suffix)).sort();
}
