import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { packConfigImage } from '../image/pack-image.ts';
import { DEFAULT_PLATFORMS, parsePlatforms } from '../image/platform.ts';
import type { StoredImage } from '../image/stored-image.ts';
import { writeLayout } from '../image/write-layout.ts';
import type { Binary } from '../model/application.ts';
import { UsageError, UserError } from '../model/errors.ts';
import { checkProgram } from '../program/check-program.ts';
import { type LocalProgram, openLocalProgram, readProgram } from '../program/local-program.ts';
import { type BinaryFlags, resolveBinary } from './binary.ts';
import { listFiles } from './listed-files.ts';
import type { Workbench } from './workbench.ts';

/** What a config image is built from. */
export interface BuildFlags extends BinaryFlags {
  /** The root of the program; without it `file` and `filesFrom` list its files. */
  readonly directory?: string;
  readonly entrypoint?: string;
  /** `PATH_IN_IMAGE=PATH`, each. */
  readonly file?: readonly string[];
  /** A file with such lines. */
  readonly filesFrom?: string;
  readonly platform?: readonly string[];
}

/** A config image that was built, and what is in it. */
export interface BuiltImage {
  readonly image: StoredImage;
  readonly binary: Binary;
  readonly entrypoint: string;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Builds a config image of a program that was checked: it has its files and a `main`, and they evaluate.
 *
 * @throws UsageError, UserError and StarlarkError for what is wrong with flags, files and program
 */
export async function buildImage(flags: BuildFlags, bench: Workbench): Promise<BuiltImage> {
  const platforms = parsePlatforms(flags.platform ?? DEFAULT_PLATFORMS);
  const { entry: entrypoint, files } = await openSource(flags);
  await checkProgram({ entry: entrypoint, files }, bench);
  const binary = await resolveBinary(flags, bench);
  const image = await packConfigImage({ files, entrypoint, binary, platforms });
  return { image, binary, entrypoint, files };
}

async function openSource(flags: BuildFlags): Promise<LocalProgram> {
  const { directory, entrypoint, file = [], filesFrom } = flags;
  if (entrypoint === undefined) {
    throw new UsageError('the entrypoint is missing', {
      code: 'no-entrypoint',
      hint: 'say --entrypoint with the path of the file that defines main, as echo/echo.star',
    });
  }
  const isListed = file.length > 0 || filesFrom !== undefined;
  if ((directory === undefined) !== isListed) {
    throw new UsageError('the files of the program are not named, or named twice', {
      code: 'program-files',
      hint: 'give the folder that is the root of the program; or list its files with --file or --files-from',
    });
  }
  if (directory === undefined) {
    const listed = await listFiles(file, filesFrom);
    return await readProgram(entrypoint, (path) => listed.get(path));
  }
  const program = await openLocalProgram({ file: join(directory, entrypoint), root: directory });
  await refuseOutsideLinks(directory, [...program.files.keys()]);
  return program;
}

/** A link may not bring something into an image that lies outside of the folder. */
async function refuseOutsideLinks(root: string, paths: readonly string[]): Promise<void> {
  const realRoot = await realpath(root);
  const prefix = realRoot.endsWith(sep) ? realRoot : `${realRoot}${sep}`;
  for (const path of paths) {
    const real = await realpath(join(root, path));
    if (real.startsWith(prefix)) continue;
    throw new UserError(`${join(root, path)} is a link that leads out of ${root}, to ${real}.`, {
      code: 'outside-config-root',
      hint: 'What a program loads must lie below its root folder.',
    });
  }
}

/** Writes an image to this machine, as {@link writeLayout} does. */
export async function saveImage(
  image: StoredImage,
  path: string,
  { imageLimits }: Workbench,
): Promise<void> {
  await writeLayout(image, path, imageLimits);
}
