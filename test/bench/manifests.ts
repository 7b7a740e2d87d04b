import { writeFile } from 'node:fs/promises';
import type { JsonObject } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/object.ts';

/** A `change` line of `sisyphus diff --output json` (docs/json-output.md). */
interface ChangeLine {
  readonly type: string;
  readonly cluster: string;
  readonly kind: string;
  readonly after: Manifest;
}

/** Objects by cluster, Namespaces first: kubectl takes them in this order. */
export type Manifests = Readonly<Record<string, readonly Manifest[]>>;

/** What stands in the workload's Secrets, which no plan tells. */
const secretValue = Buffer.from('replace-me').toString('base64');

/** Takes the objects that a plan creates from what `sisyphus diff --output json --full` printed. */
export function readManifests(lines: string, clusters: readonly string[]): Manifests {
  const changes = lines
    .split('\n')
    .map((line) => JSON.parse(line) as ChangeLine)
    .filter(({ type }) => type === 'change');
  const of = (cluster: string) =>
    changes
      .filter((change) => change.cluster === cluster)
      .sort((a, b) => Number(b.kind === 'Namespace') - Number(a.kind === 'Namespace'))
      .map(manifestOf);
  return Object.fromEntries(clusters.map((cluster) => [cluster, of(cluster)]));
}

/** Writes one file for kubectl. */
export async function writeList(path: string, items: readonly Manifest[] = []): Promise<void> {
  await writeFile(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

/** The same objects in other namespaces: `from` begins the names of theirs. */
export function moveNamespaces(manifests: Manifests, from: string, to: string): Manifests {
  return JSON.parse(JSON.stringify(manifests).replaceAll(`"${from}-`, `"${to}-`)) as Manifests;
}

function manifestOf({ kind, after }: ChangeLine): Manifest {
  if (kind !== 'Secret') return after;
  const keys = Object.keys(after.data as JsonObject);
  return { ...after, data: Object.fromEntries(keys.map((key) => [key, secretValue])) };
}
