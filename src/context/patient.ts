import { homedir } from 'node:os';
import { openClusters } from '../cluster/kubeconfig.ts';
import { DEFAULT_LIMITS } from '../cluster/limits.ts';
import type { Config, Environment } from '../config.ts';
import { createCredentials } from '../image/credentials.ts';
import { DEFAULT_IMAGE_LIMITS } from '../image/limits.ts';
import { createRegistryClient } from '../image/registry.ts';
import type { Patient } from '../reconcile/doctor/doctor.ts';
import { defaultDatabaseUrl } from '../state/database-url.ts';
import { inspectDatabase } from '../state/inspect.ts';
import { version } from '../version.ts';

/** The limits of a look at a cluster or registry: a person waits for it. */
const LOOK = { connectTimeoutMs: 5_000, requestTimeoutMs: 15_000 };

/** Opens what an examination stands on, so that nothing is changed by it: not even a cache. */
export function openPatient(
  config: Config,
  env: Environment,
): { readonly patient: Patient; close(): Promise<void> } {
  const { kubeconfig, cacheDirectory, monitorDirectory: directory } = config;
  const clusters = openClusters({
    limits: { ...LOOK, retry: { ...DEFAULT_LIMITS.retry, attempts: 2 } },
    environment: env,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  });
  const registry = createRegistryClient({
    ...LOOK,
    credentials: createCredentials({
      environment: env,
      homeDirectory: homedir(),
      userId: process.getuid?.(),
    }),
    manifestBytes: DEFAULT_IMAGE_LIMITS.manifestBytes,
  });
  return {
    patient: { version, directory, cacheDirectory, clusters, registry, ...databaseOf(config) },
    close: async () => {
      await clusters.close();
      await registry.close();
    },
  };
}

function databaseOf({ databaseUrl, monitorDirectory, actor }: Config) {
  if (databaseUrl === undefined && monitorDirectory === undefined) return {};
  const url = databaseUrl ?? defaultDatabaseUrl(monitorDirectory ?? '');
  return { inspectDatabase: () => inspectDatabase(url, actor) };
}
