import { parseArgs } from 'node:util';
import { requirePrerequisites } from '../../scripts/prerequisites.ts';
import { formatError, SisyphusError, UsageError } from '../../src/model/errors.ts';
import { type Bed, startBed } from './bed.ts';
import { sisyphusCommand } from './commands.ts';
import { interruption, whenAborted } from './interruption.ts';

const usage = `Usage: npm run bed -- [--json] [--clusters east,west]

Runs real Kubernetes control planes and an image registry on this machine, until Ctrl-C.

  --clusters NAMES   one cluster for each name, which is its context (default: east,west)
  --json             print one line of JSON when all is ready: kubeconfig, registry, kubectl, pid
  --help             print this
`;

await run().catch(fail);

async function run(): Promise<void> {
  const flags = readFlags();
  if (flags.help) {
    process.stdout.write(usage);
    return;
  }
  const interrupted = interruption();
  await requirePrerequisites(['node', 'go']);
  const bed = await startBed({ clusters: flags.clusters, signal: interrupted }).catch((error) => {
    // An interrupted start is no failure, and it has cleaned up behind itself.
    if (!interrupted.aborted) throw error;
  });
  if (bed === undefined) return;
  process.stdout.write(flags.json ? `${describeAsJson(bed)}\n` : describe(bed));
  await whenAborted(interrupted);
  await bed.stop();
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        clusters: { type: 'string', default: 'east,west' },
        help: { type: 'boolean', default: false },
      },
    });
    return { ...values, clusters: values.clusters.split(',') };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message, { code: 'usage', detail: usage });
  }
}

function describeAsJson(bed: Bed): string {
  return JSON.stringify({
    kubeconfig: bed.kubeconfigPath,
    registry: bed.registryUrl,
    kubectl: bed.kubectlCommand,
    pid: process.pid,
  });
}

function describe(bed: Bed): string {
  const [first] = bed.contexts;
  return `
Running until Ctrl-C:
  clusters   ${bed.contexts.join(', ')}
  registry   ${bed.registryUrl}

In another shell:
  export KUBECONFIG=${bed.kubeconfigPath}
  alias sisyphus="${sisyphusCommand.join(' ')}"   # made by npm run build
  alias kubectl="${bed.kubectlCommand}"

Try:
  sisyphus init first --context ${first}
  sisyphus push first/production
  kubectl --context ${first} create deployment web --image=example/web --replicas=3
  kubectl --context ${first} rollout status deployment/web
`;
}

function fail(error: unknown): void {
  process.stderr.write(
    error instanceof SisyphusError ? `${formatError(error)}\n` : `${String(error)}\n`,
  );
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
