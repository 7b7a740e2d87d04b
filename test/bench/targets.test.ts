import { expect, it } from 'vitest';
import { type Figures, summarize, type WorkloadFigures } from './figures.ts';
import type { Sample } from './round.ts';
import { checkTargets } from './targets.ts';
import type { TaskName } from './tasks.ts';
import { objectCount, workloads } from './workload.ts';

const nothing: Sample = {
  wallMs: 1_000,
  cpuMs: 1_000,
  peakRssBytes: 100e6,
  processes: 1,
  apiRequests: 0,
  apiLists: 0,
  apiPages: 0,
  registryRequests: 0,
  registryFetches: 0,
};

function figuresOf(
  name: string,
  samples: Readonly<Partial<Record<TaskName, Partial<Sample>>>>,
): WorkloadFigures {
  const workload = workloads.find((one) => one.name === name);
  if (workload === undefined) throw new Error(`no workload ${name}`);
  const round = Object.entries(samples).map(([task, sample]) => [task, { ...nothing, ...sample }]);
  const tasks = summarize([Object.fromEntries(round)]);
  return { workload, objects: objectCount(workload), repetitions: 1, tasks };
}

function check(...measured: WorkloadFigures[]): Record<string, string> {
  return judge({ start: { helpMs: 100, nodeMs: 50 }, workloads: measured });
}

function judge(figures: Figures): Record<string, string> {
  const targets = checkTargets(figures);
  return Object.fromEntries(
    targets.map(({ title, value, met }) => [
      title,
      `${value.toFixed(2)} ${met ? 'met' : 'missed'}`,
    ]),
  );
}

it('compares a first push with the bare loop', () => {
  const at = (pushMs: number) =>
    check(figuresOf('scale-1000', { pushFirst: { wallMs: pushMs }, bareLoop: { wallMs: 1_000 } }));
  expect(at(1_300)).toMatchObject({ 'scale-1000: first push : bare loop': '1.30 met' });
  expect(at(1_310)).toMatchObject({ 'scale-1000: first push : bare loop': '1.31 missed' });
});

it("tells the Original's rate from kubectl's time in the same run", () => {
  // It took 2.674 times as long as kubectl, so half of kubectl's time is 5.35 times its rate.
  const at = (pushMs: number) =>
    check(
      figuresOf('scale-1000', { pushFirst: { wallMs: pushMs }, applyFirst: { wallMs: 1_000 } }),
    );
  const title = "scale-1000: rate of a first push : the Original's";
  expect(at(500)).toMatchObject({ [title]: '5.35 met' });
  expect(at(600)).toMatchObject({ [title]: '4.46 missed' });
});

it('allows as many requests with --live as one list of each kind has pages, and none without', () => {
  const at = (plain: number, live: number) =>
    check(
      figuresOf('scale-1000', {
        pushNothing: { apiRequests: plain },
        pushNothingLive: { apiRequests: live, apiPages: 9 },
      }),
    );
  const [plain, live] = ['', ', --live'].map(
    (flag) => `scale-1000: nothing to do${flag}: requests to API servers`,
  );
  expect(at(0, 9)).toMatchObject({ [`${plain}`]: '0.00 met', [`${live}`]: '9.00 met' });
  expect(at(1, 10)).toMatchObject({ [`${plain}`]: '1.00 missed', [`${live}`]: '10.00 missed' });
});

it('allows one request to the registry for each tag, and no content that is there already', () => {
  const at = (registryRequests: number, registryFetches: number) =>
    check(figuresOf('scale-10', { pushNothing: { registryRequests, registryFetches } }));
  const asked = 'scale-10: nothing to do: requests to the registry';
  const fetched = 'scale-10: nothing to do: manifests and blobs fetched';
  expect(at(2, 0)).toMatchObject({ [asked]: '2.00 met', [fetched]: '0.00 met' });
  expect(at(3, 1)).toMatchObject({ [asked]: '3.00 missed', [fetched]: '1.00 missed' });
});

it('counts what one moved image costs above nothing to do', () => {
  const figures = figuresOf('scale-1000', {
    pushNothing: { wallMs: 1_500 },
    pushOne: { wallMs: 2_400 },
  });
  expect(check(figures)).toMatchObject({
    '1,000 applications: nothing to do': '1500.00 met',
    '1,000 applications: one image moved, above nothing to do': '900.00 met',
  });
});

it('fits how time grows over the sizes', () => {
  const at = (name: string, wallMs: number) => figuresOf(name, { pushFirst: { wallMs } });
  const title = 'time by number of objects: sisyphus push, first, nothing cached';
  const quadratic = [at('scale-10', 10), at('scale-100', 1_000), at('scale-1000', 100_000)];
  expect(check(...quadratic)[title]).toMatch(/^2\.\d\d missed$/);
  const linear = [at('scale-10', 10), at('scale-100', 100), at('scale-1000', 1_000)];
  expect(check(...linear)[title]).toMatch(/^1\.0\d met$/);
});

it('takes the largest of our commands for the memory, and none of its peers', () => {
  const figures = figuresOf('config-maps', {
    pushFirst: { peakRssBytes: 590e6 },
    deleteAll: { peakRssBytes: 601e6 },
    applyFirst: { peakRssBytes: 900e6 },
  });
  const title = 'config-maps: peak memory of any sisyphus command';
  expect(check(figures)).toMatchObject({ [title]: '601.00 missed' });
});

it('wants the others hardly later when a cluster is lost, and the loss reported', () => {
  const spread = (value: number) => ({ median: value, min: value, max: value });
  const at = (besideMs: number, reported: boolean) =>
    judge({
      start: { helpMs: 100, nodeMs: 50 },
      workloads: [],
      blackHole: {
        aloneMs: spread(1_000),
        besideMs: spread(besideMs),
        untilEndMs: spread(9_000),
        reported,
      },
    });
  expect(at(1_040, true)).toMatchObject({
    'one black-holed cluster of ten: delay of the others': '4.00 met',
    'the black-holed cluster is reported': '1.00 met',
  });
  expect(at(1_060, false)).toMatchObject({
    'one black-holed cluster of ten: delay of the others': '6.00 missed',
    'the black-holed cluster is reported': '0.00 missed',
  });
});

it('speaks of nothing that was not measured', () => {
  expect(check()).toEqual({ 'sisyphus --help': '100.00 met' });
});
