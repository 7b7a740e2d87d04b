import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { buildOnce, hashFiles } from '../../scripts/build-cache.ts';
import { requirePrerequisites } from '../../scripts/prerequisites.ts';

/** The hosts that there are certificates for; `elsewhere` is none. */
export type CertifiedHost = 'localhost' | 'elsewhere';

const program = join(import.meta.dirname, 'certificates');

/**
 * Puts the certificates into a folder, as certificates/main.go describes them.
 * @returns the file of the authority that signed them
 */
export async function copyCertificates(folder: string): Promise<string> {
  await cp(await certificates(), folder, { recursive: true });
  return join(folder, 'ca.pem');
}

/** Gives the folder with the files that certificates/main.go writes, made once for each machine. */
async function certificates(): Promise<string> {
  await requirePrerequisites(['go']);
  return buildOnce({
    name: 'certificates',
    key: await hashFiles(program, 'main.go'),
    estimate: '20 s',
    directory: process.env.SISYPHUS_BED_CACHE,
    build: async (directory) => {
      // Outside of every module, because it needs none.
      await execa('go', ['run', join(program, 'main.go')], {
        cwd: directory,
        env: { CGO_ENABLED: '0', GO111MODULE: 'off', GOFLAGS: '', GOWORK: 'off' },
      });
    },
  });
}
