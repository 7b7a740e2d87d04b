import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeScratch, removeScratch } from './scratch.ts';
import { requireSystemPrograms } from './system-programs.ts';

/** Podman with images and containers of its own, which know nothing of the user's. */
export interface Podman {
  /** Makes every podman that gets it use these. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of all containers, running or not. */
  containers(): Promise<string[]>;
  /** Removes all containers and images. */
  stop(): Promise<void>;
}

/** Works where a container may neither raise limits nor have a network of its own, as in another container. */
const CONTAINERS_CONF = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
cgroups = "enabled"
netns = "host"

[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

/**
 * Opens a Podman for a test: the one on the PATH, or as root on Debian one that is installed first.
 * @throws UserError (`missing-prerequisite`) where there is none
 */
export async function openPodman(): Promise<Podman> {
  await requireSystemPrograms({
    name: 'podman',
    programs: ['podman', 'runc'],
    packages: ['podman', 'runc'],
    elsewhere: 'podman (Homebrew, Fedora)',
  });
  const scratch = await makeScratch('podman');
  const env = {
    CONTAINERS_CONF: join(scratch, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: join(scratch, 'storage.conf'),
  };
  await writeFile(env.CONTAINERS_CONF, CONTAINERS_CONF);
  await writeFile(env.CONTAINERS_STORAGE_CONF, storageConf(scratch));
  const podman = async (...args: string[]) => (await execa('podman', args, { env })).stdout;
  return {
    env,
    containers: async () => {
      const names = await podman('ps', '--all', '--format', '{{.Names}}');
      return names.split('\n').filter(Boolean);
    },
    stop: async () => {
      await podman('rm', '--all', '--force', '--time', '0');
      await removeScratch(scratch);
    },
  };
}

/** The driver that works on every file system. */
function storageConf(scratch: string): string {
  return `[storage]
driver = "vfs"
graphroot = "${join(scratch, 'storage')}"
runroot = "${join(scratch, 'run')}"
`;
}
