import { ensureDist } from '../../scripts/ensure-dist.ts';
import { allPrerequisites, requirePrerequisites } from '../../scripts/prerequisites.ts';
import { formatError, SisyphusError } from '../../src/model/errors.ts';
import { startBed } from './bed.ts';
import { openDemoShell } from './demo-shell.ts';
import { showImage, tellStory } from './demo-story.ts';
import { introduction, nextSteps } from './demo-text.ts';
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
    const staysUp = process.stdin.isTTY && process.stdout.isTTY && process.env.CI === undefined;
    shell.say('7. What to try next');
    process.stdout.write(nextSteps(bed, folder, staysUp));
    if (staysUp) await pushOnSave(source, signal, showImage);
  } finally {
    await bed.stop();
    await removeScratch(folder);
  }
}

/** Whoever interrupts the demo knows that it did not end by itself. */
function fail(error: unknown): void {
  process.exitCode = interrupted.aborted ? interruptedExitCode : 1;
  if (interrupted.aborted) return;
  const text = error instanceof SisyphusError ? formatError(error) : String(error);
  process.stderr.write(`\ndemo: ${text}\n`);
}
