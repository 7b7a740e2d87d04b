import type { Figures, TaskFigures, WorkloadFigures } from './figures.ts';
import { growthExponent } from './statistics.ts';
import { type TaskName, taskOf } from './tasks.ts';

/** A figure that has to be reached, and whether it is. */
export interface Target {
  readonly title: string;
  readonly value: number;
  readonly limit: number;
  /** Whether the value may not be above the limit, or not below it. */
  readonly bound: 'at most' | 'at least';
  readonly unit: 'times' | 'MB' | 'ms' | 'requests' | 'exponent' | '%' | 'yes';
  readonly met: boolean;
}

/**
 * The Original beside kubectl on one machine, in seconds: how many times as long as kubectl it took
 * for a first push, so that its rate can be told from kubectl's on another machine.
 */
const originalByKubectl: Readonly<Record<string, number>> = {
  applications: 14.96 / 2.9,
  'scale-1000': 47.6 / 17.8,
};

/** Fewer objects are written in less time than a process takes to start. */
const enoughObjects = 400;

/** All targets that what was measured can speak of. */
export function checkTargets(figures: Figures): Target[] {
  const { start, workloads, programs, blackHole } = figures;
  const of = (name: string) => workloads.find(({ workload }) => workload.name === name);
  return [
    atMost('sisyphus --help', start.helpMs, 150, 'ms'),
    ...againstKubectl(of('applications')),
    ...workloads.flatMap(firstPush),
    ...thousand(of('scale-1000')),
    ...workloads.flatMap(requests),
    ...growth(workloads),
    ...memory(workloads),
    ...given(programs, ({ programs: count, evaluated, cached }) => {
      const title = `${count} distinct programs evaluated`;
      return atMost(title, evaluated.wallMs - cached.wallMs, 3_000, 'ms');
    }),
    ...given(blackHole, ({ besideMs, aloneMs }) => {
      const title = 'one black-holed cluster of ten: delay of the others';
      return atMost(title, (besideMs.median / aloneMs.median - 1) * 100, 5, '%');
    }),
    ...given(blackHole, ({ reported }) =>
      atLeast('the black-holed cluster is reported', Number(reported), 1, 'yes'),
    ),
  ];
}

function againstKubectl(figures: WorkloadFigures | undefined): Target[] {
  const ratio = (ours: TaskName, theirs: TaskName) => ratioOf(figures, ours, theirs);
  return [
    ...compare(
      'applications: first push, nothing cached : kubectl apply',
      ratio('pushFirst', 'applyFirst'),
      1,
    ),
    ...compare(
      'applications: first push, cached : kubectl apply',
      ratio('pushWarm', 'applyFirst'),
      1,
    ),
    ...compare(
      'applications: nothing-to-do diff : kubectl diff',
      ratio('diffNothing', 'kubectlDiffNothing'),
      0.5,
    ),
  ];
}

function firstPush(figures: WorkloadFigures): Target[] {
  const { name } = figures.workload;
  if (figures.objects < enoughObjects) return [];
  const original = originalByKubectl[name];
  const byKubectl = ratioOf(figures, 'pushFirst', 'applyFirst');
  const rate = original === undefined || byKubectl === undefined ? [] : [original / byKubectl];
  return [
    ...compare(`${name}: first push : bare loop`, ratioOf(figures, 'pushFirst', 'bareLoop'), 1.3),
    ...rate.map((times) =>
      atLeast(`${name}: rate of a first push : the Original's`, times, 5, 'times'),
    ),
  ];
}

function thousand(figures: WorkloadFigures | undefined): Target[] {
  const wall = (task: TaskName) => figures?.tasks[task]?.wallMs.median;
  const [plain, one] = [wall('pushNothing'), wall('pushOne')];
  const [alone, beside] = [wall('pushNothingAlone'), wall('pushNothingLive')];
  return [
    ...given(plain, (ms) => atMost('1,000 applications: nothing to do', ms, 2_000, 'ms')),
    ...given(alone, (ms) => atMost('1,000 applications: nothing to do, --live', ms, 3_000, 'ms')),
    ...given(beside, (ms) =>
      atMost('1,000 applications: the same beside what the peers made', ms, 3_000, 'ms'),
    ),
    ...given(one, (ms) =>
      atMost(
        '1,000 applications: one image moved, above nothing to do',
        ms - (plain ?? 0),
        1_000,
        'ms',
      ),
    ),
  ];
}

function requests({ workload, tasks }: WorkloadFigures): Target[] {
  const { name, images } = workload;
  const most = (task: TaskFigures | undefined, quantity: keyof TaskFigures) => task?.[quantity].max;
  const { pushNothing, pushNothingLive, pushOne } = tasks;
  const withImages = images > 0 ? pushNothing : undefined;
  return [
    ...given(most(pushNothing, 'apiRequests'), (count) =>
      atMost(`${name}: nothing to do: requests to API servers`, count, 0, 'requests'),
    ),
    ...given(most(pushNothingLive, 'apiRequests'), (count) =>
      atMost(
        `${name}: nothing to do, --live: requests to API servers`,
        count,
        // Everybody's objects are in a list, and they become more from round to round.
        pushNothingLive?.apiPages.max ?? 0,
        'requests',
      ),
    ),
    ...given(most(withImages, 'registryRequests'), (count) =>
      atMost(`${name}: nothing to do: requests to the registry`, count, images, 'requests'),
    ),
    ...given(most(withImages, 'registryFetches'), (count) =>
      atMost(`${name}: nothing to do: manifests and blobs fetched`, count, 0, 'requests'),
    ),
    // A manifest, its config and its two layers.
    ...given(most(pushOne, 'registryFetches'), (count) =>
      atMost(`${name}: one image moved: manifests and blobs fetched`, count, 4, 'requests'),
    ),
  ];
}

function growth(workloads: readonly WorkloadFigures[]): Target[] {
  const sizes = workloads.filter(({ workload }) => workload.name.startsWith('scale-'));
  if (sizes.length < 2) return [];
  return (['pushFirst', 'pushNothing'] as const).map((task) => {
    const points = sizes.map(({ objects, tasks }) => ({
      size: objects,
      cost: tasks[task]?.wallMs.median ?? Number.NaN,
    }));
    const title = `time by number of objects: ${taskOf(task).title}`;
    return atMost(title, growthExponent(points), 1.1, 'exponent');
  });
}

function memory(workloads: readonly WorkloadFigures[]): Target[] {
  const limits: Readonly<Record<string, number>> = {
    applications: 250,
    'scale-1000': 300,
    'config-maps': 600,
  };
  return workloads.flatMap(({ workload: { name }, tasks }) => {
    const ours = (Object.keys(tasks) as TaskName[]).filter(
      (task) => taskOf(task).by === 'sisyphus',
    );
    const peak = Math.max(...ours.map((task) => tasks[task]?.peakRssBytes.max ?? 0));
    return given(limits[name], (limit) =>
      atMost(`${name}: peak memory of any sisyphus command`, peak / 1e6, limit, 'MB'),
    );
  });
}

/** How many times as long the one took as the other; undefined where either was not measured. */
export function ratioOf(
  figures: WorkloadFigures | undefined,
  ours: TaskName,
  theirs: TaskName,
): number | undefined {
  const [a, b] = [figures?.tasks[ours], figures?.tasks[theirs]];
  return a && b ? a.wallMs.median / b.wallMs.median : undefined;
}

function compare(title: string, ratio: number | undefined, limit: number): Target[] {
  return given(ratio, (times) => atMost(title, times, limit, 'times'));
}

function given<T>(value: T | undefined, target: (value: T) => Target): Target[] {
  return value === undefined ? [] : [target(value)];
}

function atMost(title: string, value: number, limit: number, unit: Target['unit']): Target {
  return { title, value, limit, bound: 'at most', unit, met: value <= limit };
}

function atLeast(title: string, value: number, limit: number, unit: Target['unit']): Target {
  return { title, value, limit, bound: 'at least', unit, met: value >= limit };
}
