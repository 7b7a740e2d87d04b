import type { Bed } from './bed.ts';

/** What `kubectl get --output json` gives of a Deployment or CronJob, as far as it is shown. */
interface Workload {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly replicas?: number; readonly schedule?: string };
  readonly status: { readonly readyReplicas?: number };
}

const header = ['CLUSTER', 'NAMESPACE', 'KIND', 'NAME', 'STATE', 'CONFIG IMAGE'];
const digestLength = 'sha256:'.length + 12;

/** A table of the Deployments and CronJobs in all clusters of a bed, as the clusters tell. */
export async function describeWorkloads(bed: Bed): Promise<string> {
  const rows = [header];
  for (const cluster of bed.contexts) {
    const get = ['get', 'deployments,cronjobs', '--all-namespaces', '--output', 'json'];
    const { items } = JSON.parse(await bed.kubectl(['--context', cluster, ...get]));
    rows.push(...(items as Workload[]).map((workload) => describeWorkload(cluster, workload)));
  }
  return formatTable(rows);
}

function describeWorkload(cluster: string, { kind, metadata, spec, status }: Workload): string[] {
  const image = metadata.annotations?.['sisyphus.april.dev/config-image'] ?? '';
  const [repository = '', digest = ''] = image.split('@');
  const short = `${repository.slice(repository.indexOf('/') + 1)}@${digest.slice(0, digestLength)}…`;
  const state = spec.schedule ?? `${status.readyReplicas ?? 0}/${spec.replicas} ready`;
  return [cluster, metadata.namespace, kind, metadata.name, state, short];
}

/** Columns as wide as their widest cell. */
function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) => `   ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
    .map((line) => line.trimEnd())
    .join('\n');
}
