import { access, mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Bed, startBed } from './bed.ts';
import { requestRegistry } from './registry-request.ts';

const main = join(import.meta.dirname, 'main.ts');

interface Described {
  readonly kubeconfig: string;
  readonly registry: string;
  readonly kubectl: string;
  readonly pid: number;
}

describe('a bed with a node', () => {
  let bed: Bed;
  beforeAll(async () => {
    bed = await startBed({ clusters: ['east'] });
  });
  afterAll(() => bed.stop());

  it('makes a Deployment of three ready', async () => {
    await bed.kubectl(['create', 'deployment', 'web', '--image=example/web', '--replicas=3']);
    await bed.kubectl(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    const status = ['get', 'deployment/web', '-o', 'jsonpath={.status.readyReplicas}'];
    expect(await bed.kubectl(status)).toBe('3');
  });

  it('completes a Job', async () => {
    await bed.kubectl(['create', 'job', 'task', '--image=example/task']);
    await bed.kubectl(['wait', '--for=condition=Complete', 'job/task', '--timeout=30s']);
  });

  it('keeps a Pod crashing that asks for it', async () => {
    await bed.kubectl(['apply', '-f', '-'], podWithOutcome('crash'));
    const reason = '.status.containerStatuses[0].state.waiting.reason';
    const crashing = `--for=jsonpath={${reason}}=CrashLoopBackOff`;
    await bed.kubectl(['wait', crashing, 'pod/crash', '--timeout=30s']);
  });

  it('leaves a Pod pending that asks for it', async () => {
    await bed.kubectl(['apply', '-f', '-'], podWithOutcome('hang'));
    await bed.kubectl(['wait', '--for=condition=PodScheduled', 'pod/hang', '--timeout=30s']);
    await bed.kubectl(['run', 'later', '--image=example/later']);
    await bed.kubectl(['wait', '--for=condition=Ready', 'pod/later', '--timeout=30s']);
    const phase = await bed.kubectl(['get', 'pod/hang', '-o', 'jsonpath={.status.phase}']);
    expect(phase).toBe('Pending');
  });

  it('deletes a Namespace with all that is in it', async () => {
    await bed.kubectl(['create', 'namespace', 'gone']);
    await bed.kubectl(['-n', 'gone', 'run', 'web', '--image=example/web']);
    await bed.kubectl(['delete', 'namespace', 'gone', '--timeout=60s']);
    await expect(bed.kubectl(['get', 'namespace', 'gone'])).rejects.toThrow('NotFound');
  });

  it('has a registry that answers', async () => {
    const { body } = await requestRegistry(bed.registry, { method: 'GET', url: '/v2/' });
    expect(body).toBe('{}');
  });

  it('runs beside another bed of the same names', async () => {
    const other = await startBed({ clusters: ['east'], nodes: false });
    try {
      await other.kubectl(['create', 'configmap', 'mine']);
      await expect(bed.kubectl(['get', 'configmap', 'mine'])).rejects.toThrow('NotFound');
      expect(other.registryUrl).not.toBe(bed.registryUrl);
    } finally {
      await other.stop();
    }
  });
});

describe('the end of a bed', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('leaves neither processes nor files behind', async () => {
    const bed = await startBed({ clusters: ['solo'] });
    const folders = [dirname(bed.kubeconfigPath), dirname(bed.registry.storageFolder)];
    expect(await processesIn(folders)).toHaveLength(6);
    await bed.stop();
    expect(await processesIn(folders)).toEqual([]);
    for (const folder of folders) await expect(access(folder)).rejects.toThrow('ENOENT');
  });

  it('comes with the kill of its process', async () => {
    const { described, shell } = await startShell();
    const folder = dirname(described.kubeconfig);
    expect(await processesIn([folder])).toHaveLength(5);
    process.kill(described.pid, 'SIGKILL');
    await shell;
    await vi.waitFor(async () => expect(await processesIn([folder])).toEqual([]), 10_000);
    await vi.waitFor(() => expect(access(folder)).rejects.toThrow('ENOENT'), 10_000);
  });

  it('comes in the middle of a start that is interrupted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'interrupted-'));
    vi.stubEnv('TMPDIR', folder);
    const controller = new AbortController();
    const starting = startBed({ clusters: ['solo'], signal: controller.signal });
    await vi.waitFor(async () => expect(await processesIn([folder])).not.toEqual([]), 10_000);
    controller.abort();
    await expect(starting).rejects.toThrow('aborted');
    expect(await processesIn([folder])).toEqual([]);
    await rmdir(folder);
  });
});

describe('the command', () => {
  it('says in one line of JSON how to use the bed, and ends well on SIGTERM', async () => {
    const { described, shell } = await startShell();
    const folder = dirname(described.kubeconfig);
    const { stdout } = await execa(`${described.kubectl} config get-contexts -o name`, {
      shell: true,
    });
    expect(stdout).toBe('solo');
    expect((await fetch(`${described.registry}/v2/`)).status).toBe(200);
    process.kill(described.pid, 'SIGTERM');
    expect(await shell).toMatchObject({ exitCode: 0 });
    expect(await processesIn([folder])).toEqual([]);
  });

  it('refuses a flag that it does not know', async () => {
    const result = await execa('node', ['--import', 'tsx', main, '--cluster', 'a'], {
      reject: false,
    });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("Unknown option '--cluster'");
    expect(result.stderr).toContain('Usage: npm run bed');
  });
});

function podWithOutcome(outcome: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: outcome, annotations: { 'bed.sisyphus/outcome': outcome } },
    spec: { containers: [{ name: 'main', image: 'example/main' }] },
  });
}

/** Starts the command with one cluster, `solo`, and reads what it prints when all is ready. */
async function startShell() {
  const args = ['--import', 'tsx', main, '--json', '--clusters', 'solo'];
  const shell = execa('node', args, { reject: false, buffer: false });
  for await (const line of createInterface({ input: shell.stdout })) {
    return { described: JSON.parse(line) as Described, shell };
  }
  throw new Error('The command ended without a word.');
}

/** The processes whose command line names one of these folders. */
async function processesIn(folders: readonly string[]): Promise<string[]> {
  const { stdout } = await execa('ps', ['-e', '-o', 'pid=,args=']);
  return stdout.split('\n').filter((line) => folders.some((folder) => line.includes(folder)));
}
