import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildEngine } from '../../scripts/build-engine.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let dist = '';

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'starlark-bundle-'));
  await build({
    absWorkingDir: root,
    entryPoints: {
      evaluate: 'src/starlark/evaluate.ts',
      'starlark-worker': 'src/starlark/worker.ts',
    },
    outdir: dist,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
  });
  await copyFile(await buildEngine(), join(dist, 'engine.wasm'));
  await writeFile(join(dist, 'package.json'), '{"type": "module"}');
}, 10 * 60_000);

afterAll(() => rm(dist, { recursive: true, force: true }));

/** A script that evaluates two programs and ends without closing anything. */
const script = (evaluateModule: string) => `
  import { createStarlark } from ${JSON.stringify(evaluateModule)};
  const { evaluate } = createStarlark({ workers: 2 });
  const limits = { steps: 1e6, memoryBytes: 2 ** 26, timeoutMs: 10_000 };
  const run = (text) =>
    evaluate({ files: new Map([['m', text]]), entry: 'm', constructors: [], inputs: {}, limits });
  const results = await Promise.all([1, 2].map((n) => run('def main(ctx):\\n  return ' + n)));
  console.log(results.map(({ value }) => value.value).join());
`;

/** Fails when the process does not end by itself. */
const runScript = (text: string, ...flags: string[]) =>
  execa('node', [...flags, '--input-type=module', '--eval', text], { cwd: root, timeout: 60_000 });

it('runs from the bundle and does not keep the process alive', async () => {
  const { stdout } = await runScript(script(join(dist, 'evaluate.js')));
  expect(stdout).toBe('1,2');
});

it('runs from source and does not keep the process alive', async () => {
  const source = fileURLToPath(new URL('./evaluate.ts', import.meta.url));
  const { stdout } = await runScript(script(source), '--import', 'tsx');
  expect(stdout).toBe('1,2');
});
