import { writeFile } from 'node:fs/promises';
import type { JsonObject } from '../../src/model/json.ts';

/** A `change` line of `sisyphus diff --output json` (docs/json-output.md). */
interface ChangeLine {
  readonly type: string;
  readonly cluster: string;
  readonly kind: string;
  readonly after: JsonObject;
}

/** What stands in the workload's Secrets, which no plan tells. */
const secretValue = Buffer.from('replace-me').toString('base64');

/**
 * Writes the objects that a plan creates as manifests for kubectl, a file for each cluster.
 * @param lines what `sisyphus diff --output json` printed
 * @returns the paths of the files, in the order of `clusters`
 */
export async function writeManifests(
  lines: string,
  clusters: readonly string[],
  pathOf: (cluster: string) => string,
): Promise<string[]> {
  const changes = lines
    .split('\n')
    .map((line) => JSON.parse(line) as ChangeLine)
    .filter(({ type }) => type === 'change');
  return Promise.all(
    clusters.map(async (cluster) => {
      const items = changes.filter((change) => change.cluster === cluster).sort(namespacesFirst);
      const list = { apiVersion: 'v1', kind: 'List', items: items.map(manifestOf) };
      await writeFile(pathOf(cluster), JSON.stringify(list));
      return pathOf(cluster);
    }),
  );
}

/** kubectl takes objects in the order of the file. */
function namespacesFirst(a: ChangeLine, b: ChangeLine): number {
  return Number(b.kind === 'Namespace') - Number(a.kind === 'Namespace');
}

function manifestOf({ kind, after }: ChangeLine): JsonObject {
  if (kind !== 'Secret') return after;
  const keys = Object.keys(after.data as JsonObject);
  return { ...after, data: Object.fromEntries(keys.map((key) => [key, secretValue])) };
}
