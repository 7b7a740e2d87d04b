import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './world.ts';

/** Writes a kubeconfig with one context, whose cluster nobody answers for. @returns its path */
export async function deadCluster(world: World, context: string): Promise<string> {
  const path = join(world.directory, '..', `kubeconfig-${context}`);
  await writeFile(
    path,
    `apiVersion: v1
kind: Config
clusters: [{name: nowhere, cluster: {server: 'https://127.0.0.1:1'}}]
users: [{name: nobody, user: {token: t}}]
contexts: [{name: ${context}, context: {cluster: nowhere, user: nobody}}]
`,
  );
  return path;
}
