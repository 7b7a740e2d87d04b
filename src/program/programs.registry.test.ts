import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ImageBench, openImageBench, referenceAt } from '../../test/bed/image-bench.ts';
import { pushImage } from '../../test/bed/oci.ts';
import { type Registry, startRegistry } from '../../test/bed/registry.ts';
import { createStarlark } from '../starlark/evaluate.ts';
import { defaultLimits } from '../starlark/limits.ts';
import type { ProgramInputs } from './evaluate-program.ts';
import { ProgramCache } from './program-cache.ts';
import { createPrograms } from './programs.ts';

let registry: Registry;
let bench: ImageBench;
let folder: string;
const starlark = createStarlark();

beforeAll(async () => {
  registry = await startRegistry();
  bench = openImageBench();
  folder = await mkdtemp(join(tmpdir(), 'sisyphus-programs-'));
});

afterAll(async () => {
  await starlark.close();
  await bench.end();
  await registry.stop();
  await rm(folder, { recursive: true });
});

/** Runs a program for some inputs, as one command does, and tells what its cache then holds. */
async function run(name: string, body: string, ...inputs: Partial<ProgramInputs>[]) {
  const index = {
    binary_digest: `sha256:${'b'.repeat(64)}`,
    binary_repository: 'registry.example/app',
    config_entrypoint: 'app.star',
  };
  const layer = {
    'app.star': `def main(ctx):\n    return ${body}\n`,
    'index.json': JSON.stringify(index),
  };
  await pushImage(registry, { repository: name, tag: 'latest', layers: [layer] });
  const images = bench.source(join(folder, name, 'blobs'));
  const path = join(folder, name, 'programs.log');
  const cache = new ProgramCache(path, 'build');
  const programs = createPrograms({ images, starlark, limits: defaultLimits, cache });
  const image = await images.resolve(referenceAt(registry, `${name}:latest`));
  const all = { name: 'echo', namespace: 'shop', cluster: 'east', environment: 'prod' };
  const results = await Promise.all(inputs.map((some) => programs.run(image, { ...all, ...some })));
  await programs.save();
  const cached = new ProgramCache(path, 'build').read(image.digest);
  expect(new ProgramCache(path, 'another').read(image.digest)).toBeUndefined();
  return {
    values: results.map(({ value }) => ('value' in value ? value.value : value.type)),
    evaluations: cached?.evaluations.map((one) => one.inputs),
  };
}

it('runs a program once for all inputs that it never asks for', async () => {
  const two = [{ cluster: 'east' }, { cluster: 'west' }, { name: 'other', cluster: 'north' }];
  expect(await run('constant', '"x"', ...two)).toEqual({
    values: ['x', 'x', 'x'],
    evaluations: [{}],
  });
});

it('runs a program once for each of the inputs that it asks for', async () => {
  const inputs = [{ name: 'a' }, { name: 'b' }, { name: 'a', cluster: 'west' }, { name: 'b' }];
  const { values, evaluations } = await run('named', 'ctx.name()', ...inputs);
  expect(values).toEqual(['a', 'b', 'a', 'b']);
  expect(evaluations).toEqual([{ name: 'a' }, { name: 'b' }]);
});

it('does not mistake a result for that of inputs which make the program ask for more', async () => {
  const program = 'ctx.cluster() if ctx.name() == "far" else "near"';
  const inputs = [
    { name: 'near' },
    { name: 'far', cluster: 'east' },
    { name: 'far', cluster: 'west' },
    { name: 'near', cluster: 'west' },
  ];
  expect((await run('branch', program, ...inputs)).values).toEqual([
    'near',
    'east',
    'west',
    'near',
  ]);
});

it('takes results from the cache of an earlier run', async () => {
  await run('again', 'ctx.name()', { name: 'a' });
  const { values, evaluations } = await run('again', 'ctx.name()', { name: 'a' }, { name: 'c' });
  expect(values).toEqual(['a', 'c']);
  expect(evaluations).toEqual([{ name: 'a' }, { name: 'c' }]);
});
