import type { Environment, ProgramConfig } from '../config.ts';
import { DEFAULT_IMAGE_LIMITS } from '../image/limits.ts';
import { createRegistryUploader } from '../image/registry-upload.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { openPrograms } from './programs.ts';

/** A workbench and the way to close it. */
export interface OpenWorkbench extends Workbench {
  close(): Promise<void>;
}

/** Opens what the developer's commands stand on; nothing is connected yet. */
export function openWorkbench(config: ProgramConfig, env: Environment): OpenWorkbench {
  const { images, starlark, limits, credentials, close } = openPrograms(config, env);
  const uploader = createRegistryUploader({ credentials });
  return {
    images,
    starlark,
    limits,
    uploader,
    imageLimits: DEFAULT_IMAGE_LIMITS,
    close: async () => {
      await close();
      await uploader.close();
    },
  };
}
