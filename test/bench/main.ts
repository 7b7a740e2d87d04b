import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { ensureDist } from '../../scripts/ensure-dist.ts';
import { allPrerequisites, requirePrerequisites } from '../../scripts/prerequisites.ts';
import { formatError, SisyphusError, UsageError } from '../../src/model/errors.ts';
import { startBed } from '../bed/bed.ts';
import { interruption } from '../bed/interruption.ts';
import { makeScratch, removeScratch } from '../bed/scratch.ts';
import { checkTargets, summarize } from './figures.ts';
import { openMeasure } from './measure.ts';
import { type Round, runRound } from './round.ts';
import { measureStart } from './start-time.ts';
import { drawFigures } from './table.ts';
import { objectCount, workload } from './workload.ts';

const usage = `Usage: npm run bench -- [--repetitions N] [--json FILE]

Deploys ${workload.applications} applications to two clusters with sisyphus and with kubectl, by turns, and compares.

  --repetitions N   rounds of which the medians are taken (default: 3)
  --json FILE       writes every measurement
  --help            print this
`;

const interrupted = interruption();
await bench(interrupted).catch(fail);

async function bench(signal: AbortSignal): Promise<void> {
  const flags = readFlags();
  if (flags.help) {
    process.stdout.write(usage);
    return;
  }
  await requirePrerequisites(allPrerequisites);
  await ensureDist();
  const measure = await openMeasure(signal);
  tell('sisyphus --help');
  const start = await measureStart(measure);
  const rounds = await measureRounds(flags.repetitions);
  const figures = summarize(rounds);
  const targets = checkTargets(figures, start);
  process.stdout.write(
    `\n${heading(flags.repetitions)}\n\n${drawFigures(figures, start, targets)}`,
  );
  if (flags.json === undefined) return;
  const result = { machine: describeMachine(), workload, start, figures, targets, rounds };
  await writeFile(flags.json, `${JSON.stringify(result, null, 2)}\n`);

  /** API servers alone: controllers would compete for the processor, for kubectl as for sisyphus. */
  async function measureRounds(repetitions: number): Promise<Round[]> {
    const bed = await startBed({ clusters: workload.clusters, nodes: false, signal });
    const scratch = await makeScratch('bench');
    try {
      tell('a round to warm up');
      await runRound({ bed, measure, scratch }, 'warm-up');
      const done: Round[] = [];
      for (let i = 1; i <= repetitions; i += 1) {
        tell(`round ${i} of ${repetitions}`);
        done.push(await runRound({ bed, measure, scratch }, `round-${i}`));
      }
      return done;
    } finally {
      await bed.stop();
      await removeScratch(scratch);
    }
  }
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        repetitions: { type: 'string', default: '3' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const repetitions = Number(values.repetitions);
    if (!Number.isInteger(repetitions) || repetitions < 1) {
      throw new Error('--repetitions takes a whole number above 0.');
    }
    return { ...values, repetitions };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message, { code: 'usage', detail: usage });
  }
}

function heading(repetitions: number): string {
  const { applications, clusters, images } = workload;
  const { processors, node } = describeMachine();
  return `${applications} applications, ${clusters.length} clusters, ${objectCount} objects, ${images} config images
medians of ${repetitions}; ${processors}, Node ${node}; API servers without controllers`;
}

function describeMachine() {
  const all = cpus();
  return { processors: `${all.length} × ${all[0]?.model ?? 'unknown'}`, node: process.version };
}

function tell(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

/** An interrupted benchmark has nothing to say. */
function fail(error: unknown): void {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  if (interrupted.aborted) return;
  process.stderr.write(
    error instanceof SisyphusError ? `${formatError(error)}\n` : `${String(error)}\n`,
  );
}
