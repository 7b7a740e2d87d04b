import type { Measurement } from './measure.ts';
import type { Stage } from './stage.ts';
import { changedByYaml, deploymentsOf, objectCount, type Workload } from './workload.ts';

/** Something that is measured. */
interface Task {
  readonly title: string;
  /** Who does the work. */
  readonly by: 'sisyphus' | 'kubectl' | 'kapp' | 'loop';
  /** What a peer does of the same kind, to compare it with. */
  readonly against?: 'applyFirst' | 'applyNothing' | 'applyAll' | 'kubectlDiffNothing';
  /** Writes what the bare loop writes. */
  readonly writesAll?: true;
  /** Measured only with workloads that say so (`also`). */
  readonly onlyAlso?: true;
  /** Makes ready what is not measured. */
  readonly before?: (stage: Stage) => Promise<void>;
  readonly run: (stage: Stage) => Promise<Measurement>;
}

/**
 * All tasks in the order in which a round does them: each meets what the one before it has left.
 * Every first push goes to namespaces that no cluster has seen, with a database of its own; sisyphus
 * and its peers take turns, so that all meet the same clusters.
 */
export const tasks = {
  pushFirst: {
    title: 'sisyphus push, first, nothing cached',
    by: 'sisyphus',
    against: 'applyFirst',
    writesAll: true,
    before: (stage) => stage.moveImages('a', stage.workload.images),
    run: (stage) => stage.main.push(objectCount(stage.workload)),
  },
  pushNothingAlone: {
    title: 'sisyphus push --live, nothing to do, alone in the clusters',
    by: 'sisyphus',
    run: (stage) => stage.main.push(0, '--live'),
  },
  applyFirst: {
    title: 'kubectl apply, first',
    by: 'kubectl',
    writesAll: true,
    before: (stage) => stage.render(),
    run: (stage) => stage.kubectl('apply', '--server-side', '--output', 'name'),
  },
  bareLoop: {
    title: 'bare loop of the same requests',
    by: 'loop',
    run: (stage) => stage.bareLoop(),
  },
  kappFirst: {
    title: 'kapp deploy, first',
    by: 'kapp',
    onlyAlso: true,
    before: (stage) => stage.prepareKapp(),
    run: (stage) => stage.kapp(),
  },
  pushWarm: {
    title: 'sisyphus push, first, images and programs cached',
    by: 'sisyphus',
    against: 'applyFirst',
    writesAll: true,
    onlyAlso: true,
    run: (stage) => stage.other.push(objectCount(stage.workload)),
  },
  applyNothing: {
    title: 'kubectl apply, nothing to do',
    by: 'kubectl',
    onlyAlso: true,
    run: (stage) => stage.kubectl('apply', '--server-side', '--output', 'name'),
  },
  kappNothing: {
    title: 'kapp deploy, nothing to do',
    by: 'kapp',
    onlyAlso: true,
    run: (stage) => stage.kapp(),
  },
  diffNothing: {
    title: 'sisyphus diff, nothing to do',
    by: 'sisyphus',
    against: 'kubectlDiffNothing',
    onlyAlso: true,
    run: (stage) => stage.main.run('diff', '--exit-code'),
  },
  kubectlDiffNothing: {
    title: 'kubectl diff, nothing to do',
    by: 'kubectl',
    onlyAlso: true,
    run: (stage) => stage.kubectl('diff', '--server-side'),
  },
  pushNothing: {
    title: 'sisyphus push, nothing to do',
    by: 'sisyphus',
    against: 'applyNothing',
    run: (stage) => stage.main.push(0),
  },
  pushNothingLive: {
    title: 'sisyphus push --live, nothing to do, beside what the peers made',
    by: 'sisyphus',
    against: 'applyNothing',
    run: (stage) => stage.main.push(0, '--live'),
  },
  pushOne: {
    title: 'sisyphus push, one image moved',
    by: 'sisyphus',
    before: (stage) => stage.moveImages('b', 1),
    run: (stage) => stage.main.push(deploymentsOf(stage.workload, 1)),
  },
  pushAll: {
    title: 'sisyphus push, every image moved',
    by: 'sisyphus',
    against: 'applyAll',
    before: (stage) => stage.moveImages('c', stage.workload.images),
    run: (stage) => stage.main.push(deploymentsOf(stage.workload, stage.workload.images)),
  },
  applyAll: {
    title: 'kubectl apply, every image moved',
    by: 'kubectl',
    onlyAlso: true,
    before: (stage) => stage.render(),
    run: (stage) => stage.kubectl('apply', '--server-side', '--output', 'name'),
  },
  pushYaml: {
    title: 'sisyphus push, one YAML changed',
    by: 'sisyphus',
    before: (stage) => stage.changeYaml(),
    run: (stage) => stage.main.push(changedByYaml(stage.workload)),
  },
  refreshNothing: {
    title: 'sisyphus refresh, no drift',
    by: 'sisyphus',
    run: (stage) => stage.main.refresh(0),
  },
  refreshDrift: {
    title: 'sisyphus refresh, drift in a tenth',
    by: 'sisyphus',
    before: (stage) => stage.makeDrift(),
    run: (stage) => stage.main.refresh(stage.drifted),
  },
  deleteAll: {
    title: 'sisyphus push, delete everything',
    by: 'sisyphus',
    before: (stage) => stage.declareNothing(),
    run: (stage) => stage.main.push(objectCount(stage.workload), '--allow-mass-delete'),
  },
} as const satisfies Record<string, Task>;

export type TaskName = keyof typeof tasks;

const imageTasks: readonly TaskName[] = ['pushOne', 'pushAll', 'applyAll'];
const kappTasks: readonly TaskName[] = ['kappFirst', 'kappNothing'];

/** One task by name. */
export function taskOf(name: TaskName): Task {
  return tasks[name];
}

/** What is measured with a workload, in order. */
export function tasksOf(workload: Workload, has: { readonly kapp: boolean }): TaskName[] {
  return (Object.keys(tasks) as TaskName[]).filter((name) => {
    if (imageTasks.includes(name) && workload.images === 0) return false;
    if (kappTasks.includes(name)) return has.kapp && workload.name !== 'warm-up';
    return taskOf(name).onlyAlso !== true || workload.also.includes(name);
  });
}
