import { join } from 'node:path';
import { ensureDist } from '../../scripts/ensure-dist.ts';
import { allPrerequisites, requirePrerequisites } from '../../scripts/prerequisites.ts';
import { formatError, SisyphusError } from '../../src/model/errors.ts';
import { type Bed, startBed } from './bed.ts';
import { openDemoShell, sisyphusPath } from './demo-shell.ts';
import { tellStory } from './demo-story.ts';
import { buildExample, copyExample } from './example.ts';
import { interruption, whenAborted } from './interruption.ts';
import { makeScratch, removeScratch } from './scratch.ts';

/** The exit code of a program that SIGINT ended: 128 + 2. */
const interruptedExitCode = 130;

const interrupted = interruption();
await demo(interrupted).catch(fail);

/** Builds what is missing, starts clusters and a registry, and deploys the example to them. */
async function demo(signal: AbortSignal): Promise<void> {
  await requirePrerequisites(allPrerequisites);
  await ensureDist();
  const binaries = await buildExample(signal);
  const bed = await startBed({ signal });
  const folder = await makeScratch('demo');
  try {
    await copyExample(folder, bed.registry);
    const shell = openDemoShell(bed, folder, signal);
    shell.say(introduction(bed, folder));
    await tellStory({ bed, shell, folder, binaries });
    const staysUp = process.stdin.isTTY && process.stdout.isTTY && !process.env.CI;
    process.stdout.write(nextSteps(bed, folder, staysUp));
    if (staysUp) await whenAborted(signal);
  } finally {
    await bed.stop();
    await removeScratch(folder);
  }
}

function introduction(bed: Bed, folder: string): string {
  return `Two Kubernetes clusters run on this machine, ${bed.contexts.join(' and ')}, and an image registry.
The example is copied to ${folder}, with the registry's address, so the clone stays as it is.`;
}

function nextSteps(bed: Bed, folder: string, staysUp: boolean): string {
  const directory = join(folder, 'example/production');
  return `
${staysUp ? 'All of it runs until Ctrl-C.' : 'All of it ends now. Started on a terminal, it runs until Ctrl-C.'} In another shell, tell where it is:
   export KUBECONFIG=${bed.kubeconfigPath}
   export MONITOR_DIRECTORY=${directory}
   alias sisyphus="${process.execPath} ${sisyphusPath}"
   alias kubectl="${bed.kubectlCommand}"

and try:
   sisyphus diff                       after a change of replicas in ${directory}/shop/index.yaml
   sisyphus push                       shows the same and asks
   rm -r ${directory}/jobs && sisyphus push
                                       what is gone from the repository goes from the cluster
   kubectl --context east --namespace shop get pods
   kubectl --context east --namespace shop patch secret echo --patch '{"stringData":{"report-token":"mine"}}'
                                       no push touches a value that somebody has set
`;
}

/** Whoever interrupts the demo knows that it did not end by itself. */
function fail(error: unknown): void {
  process.exitCode = interrupted.aborted ? interruptedExitCode : 1;
  if (interrupted.aborted) return;
  const text = error instanceof SisyphusError ? formatError(error) : String(error);
  process.stderr.write(`\ndemo: ${text}\n`);
}
