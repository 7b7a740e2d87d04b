import { join } from 'node:path';
import { callApi } from './api-call.ts';
import type { ControlPlaneBinaries } from './build.ts';
import { type ClusterAccess, writeKubeconfig } from './kubeconfig.ts';
import { type StartProgram, waitUntil } from './server-process.ts';

/** What the controllers need of their control plane. */
interface NodeOptions {
  readonly binaries: ControlPlaneBinaries;
  readonly files: NodeFiles;
  readonly signal?: AbortSignal | undefined;
}

interface NodeFiles {
  /** Written here. */
  readonly kubeconfig: string;
  readonly certificate: string;
  readonly accountKey: string;
}

const readyDeadlineMs = 120_000;
const stagesPath = join(import.meta.dirname, 'kwok-stages.yaml');

/** Starts the controllers, the scheduler and kwok, and waits until its node takes Pods. */
export async function startNode(
  access: ClusterAccess,
  { binaries, files, signal }: NodeOptions,
  start: StartProgram,
): Promise<void> {
  await writeKubeconfig(files.kubeconfig, [access]);
  const common = [`--kubeconfig=${files.kubeconfig}`];
  const quiet = ['--secure-port=0', '--leader-elect=false'];
  const servers = [
    start('kube-controller-manager', binaries.bed, [
      'kube-controller-manager',
      ...common,
      ...quiet,
      `--root-ca-file=${files.certificate}`,
      `--service-account-private-key-file=${files.accountKey}`,
    ]),
    start('kube-scheduler', binaries.bed, ['kube-scheduler', ...common, ...quiet]),
    start('kwok', binaries.kwok, [
      ...common,
      `--config=${stagesPath}`,
      '--manage-all-nodes=true',
      '--node-lease-duration-seconds=40',
      '--node-port=0',
    ]),
  ];
  const wait = {
    purpose: `the node of cluster ${access.name}`,
    servers,
    deadlineMs: readyDeadlineMs,
  };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } };
  await callApi(access, 'POST', '/api/v1/nodes', node);
  await waitUntil({ ...wait, signal }, () => readyNode(access));
}

/** The controllers take the `not-ready` taint away, so it tells of them and of kwok alike. */
async function readyNode(access: ClusterAccess): Promise<true | undefined> {
  const { body } = await callApi(access, 'GET', '/api/v1/nodes/node');
  const { spec, status } = body as {
    spec: { taints?: unknown[] };
    status: { conditions?: { type: string; status: string }[] };
  };
  const isReady = status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True');
  return isReady && spec.taints === undefined ? true : undefined;
}
