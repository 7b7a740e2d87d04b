import { ensureDist } from '../../scripts/ensure-dist.ts';
import { allPrerequisites, requirePrerequisites } from '../../scripts/prerequisites.ts';
import { formatError, SisyphusError } from '../../src/model/errors.ts';
import { type Bed, startBed } from './bed.ts';
import { openDemoShell, sisyphusPath } from './demo-shell.ts';
import { showImage, tellStory } from './demo-story.ts';
import { pushOnSave } from './demo-watch.ts';
import { buildExample, copyExample } from './example.ts';
import { interruption } from './interruption.ts';
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
    const source = { folder, binaries, registry: bed.registry };
    shell.say(introduction(bed, folder));
    await tellStory({ bed, shell, source });
    const staysUp = process.stdin.isTTY && process.stdout.isTTY && !process.env.CI;
    shell.say('7. What to try next');
    process.stdout.write(`${staysUp ? access(bed, folder) : offer}${nextSteps}`);
    if (staysUp) await pushOnSave(source, signal, showImage);
  } finally {
    await bed.stop();
    await removeScratch(folder);
  }
}

function introduction(bed: Bed, folder: string): string {
  return `Two Kubernetes clusters run on this machine, ${bed.contexts.join(' and ')}, and an image registry.
The example is copied to ${folder}, with the registry's address, so the clone stays as it is.`;
}

const offer = `
   On a terminal, "npm run demo" stays up here and says how another shell gets at it. There, try:
`;

function access(bed: Bed, folder: string): string {
  return `
   All of it runs until Ctrl-C. In another shell:

   cd ${folder}
   export KUBECONFIG=${bed.kubeconfigPath}
   alias sisyphus="${process.execPath} ${sisyphusPath}"
   alias kubectl="${bed.kubectlCommand}"

   Then, for example:
`;
}

const nextSteps = `
   Change the replicas in example/production/shop/index.yaml:
      sisyphus diff example/production
      sisyphus push example/production
   Change example/echo/echo.star; this demo pushes its image when it is saved:
      sisyphus push example/production
      kubectl --context east --namespace shop get pods
   Set the value of a secret; no push will touch it:
      kubectl --context east --namespace shop patch secret echo --patch '{"stringData":{"report-token":"mine"}}'
   Remove what runs in a namespace, and the namespace with it:
      rm -r example/production/jobs
      sisyphus push example/production

`;

/** Whoever interrupts the demo knows that it did not end by itself. */
function fail(error: unknown): void {
  process.exitCode = interrupted.aborted ? interruptedExitCode : 1;
  if (interrupted.aborted) return;
  const text = error instanceof SisyphusError ? formatError(error) : String(error);
  process.stderr.write(`\ndemo: ${text}\n`);
}
