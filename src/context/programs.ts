import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment, ProgramConfig } from '../config.ts';
import { type Credentials, createCredentials } from '../image/credentials.ts';
import { createImageSource, type ImageSource } from '../image/image-source.ts';
import type { EvaluationTools } from '../program/evaluate-program.ts';
import { ProgramCache } from '../program/program-cache.ts';
import { createPrograms, type Programs } from '../program/programs.ts';
import { createStarlark } from '../starlark/evaluate.ts';
import { defaultLimits } from '../starlark/limits.ts';
import { build } from '../version.ts';

/** Images and programs, open: all that a command needs which touches neither cluster nor database. */
export interface OpenPrograms extends EvaluationTools {
  readonly images: ImageSource;
  readonly programs: Programs;
  readonly credentials: Credentials;
  close(): Promise<void>;
}

/** Opens images and programs; nothing is connected yet. */
export function openPrograms(config: ProgramConfig, env: Environment): OpenPrograms {
  const credentials = createCredentials({
    environment: env,
    homeDirectory: homedir(),
    userId: process.getuid?.(),
  });
  const images = createImageSource({ cacheDirectory: blobsIn(config), credentials });
  return { ...openProgramsOf(images, config), credentials };
}

/** Where blobs are kept. */
export function blobsIn({ cacheDirectory }: ProgramConfig): string {
  return join(cacheDirectory, 'blobs');
}

/** Opens programs over images; closing them closes the images. */
export function openProgramsOf(
  images: ImageSource,
  { cacheDirectory, starlark: ownLimits }: ProgramConfig,
): Omit<OpenPrograms, 'credentials'> {
  const starlark = createStarlark();
  const limits = { ...defaultLimits, ...ownLimits };
  const programs = createPrograms({
    images,
    starlark,
    limits,
    cache: new ProgramCache(
      join(cacheDirectory, 'programs.log'),
      `${build.version} ${build.commit}`,
    ),
  });
  return {
    images,
    programs,
    starlark,
    limits,
    close: async () => {
      await starlark.close();
      await images.close();
    },
  };
}
