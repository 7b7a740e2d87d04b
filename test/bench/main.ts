import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { ensureDist } from '../../scripts/ensure-dist.ts';
import { allPrerequisites, requirePrerequisites } from '../../scripts/prerequisites.ts';
import { formatError, SisyphusError, UsageError } from '../../src/model/errors.ts';
import { interruption } from '../bed/interruption.ts';
import { studyBlackHole } from './black-hole.ts';
import type { Figures, WorkloadFigures } from './figures.ts';
import { type Flags, readFlags, usage } from './flags.ts';
import { drawGrowth } from './growth-plot.ts';
import { openMeasure } from './measure.ts';
import { studyPrograms } from './program-study.ts';
import { findKapp, measureWorkload, onOwnBed, type Run } from './run-study.ts';
import { measureStart } from './start-time.ts';
import { drawFigures, drawTargets } from './table.ts';
import { checkTargets } from './targets.ts';
import { beforeLoss, distinctPrograms, workloads } from './workload.ts';

const interrupted = interruption();
await bench(interrupted).catch(fail);

async function bench(signal: AbortSignal): Promise<void> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(usage);
    return;
  }
  await requirePrerequisites(allPrerequisites);
  await ensureDist();
  const run: Run = { measure: await openMeasure(signal), signal, hasKapp: await findKapp(), tell };
  const figures = await measureAll(run, flags);
  const targets = checkTargets(figures);
  const parts = [describeMachine(), drawFigures(figures), drawTargets(targets)];
  process.stdout.write(`\n${parts.join('\n\n')}\n`);
  if (flags.json !== undefined) {
    const result = { machine: machine(), figures, targets };
    await writeFile(flags.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  if (flags.plot !== undefined) await writeFile(flags.plot, drawGrowth(figures.workloads));
}

/** Measures one part after the other; a part that fails costs only its own figures, and is told. */
async function measureAll(run: Run, { names, repetitions }: Flags): Promise<Figures> {
  run.tell('sisyphus --help');
  const start = await measureStart(run.measure);
  const attempt = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    if (!names.includes(name)) return undefined;
    try {
      return await work();
    } catch (error) {
      if (run.signal.aborted) throw error;
      run.tell(`${name} failed`);
      fail(error);
      return undefined;
    }
  };
  const measured: WorkloadFigures[] = [];
  for (const workload of workloads) {
    const often = repetitions ?? workload.repetitions;
    const work = () => measureWorkload(run, workload, often);
    measured.push(...[await attempt(workload.name, work)].filter((one) => one !== undefined));
  }
  const programs = await attempt(distinctPrograms.name, () =>
    onOwnBed(run, distinctPrograms.clusters, (bench) => studyPrograms(bench, distinctPrograms)),
  );
  const often = repetitions ?? beforeLoss.repetitions;
  const blackHole = await attempt(beforeLoss.name, () =>
    onOwnBed(run, beforeLoss.clusters, (bench) => studyBlackHole(bench, beforeLoss, often)),
  );
  return {
    start,
    workloads: measured,
    ...(programs && { programs }),
    ...(blackHole && { blackHole }),
  };
}

function machine() {
  const all = cpus();
  return {
    processors: `${all.length} × ${all[0]?.model ?? 'unknown'}`,
    memoryBytes: totalmem(),
    node: process.version,
  };
}

function describeMachine(): string {
  const { processors, memoryBytes, node } = machine();
  const memory = `${(memoryBytes / 2 ** 30).toFixed(0)} GB`;
  return `${processors}, ${memory}, Node ${node}; API servers without controllers`;
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
