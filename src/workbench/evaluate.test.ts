import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { formatEvaluated } from '../cli/view/evaluated-view.ts';
import { readProgramConfig } from '../config.ts';
import { openWorkbench } from '../context/workbench.ts';
import { UserError } from '../model/errors.ts';
import { buildImage, saveImage } from './build.ts';
import { type EvaluateFlags, evaluateFor } from './evaluate.ts';

const folder = await mkdtemp(join(tmpdir(), 'sisyphus-evaluate-'));
const bench = openWorkbench(readProgramConfig({}, { SISYPHUS_CACHE: folder }), {});
afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true });
});

const DIGEST = `sha256:${'b'.repeat(64)}`;
const file = join(folder, 'app.star');
await writeFile(
  file,
  `def main(ctx):
    return Application(
        args = ["--port", Port("http"), FileVariable("key", "/etc/app/key"), {"test": "--slow"}],
        env = {"MODE": {"prod": "fast"}, "TOKEN": StringVariable("token"), "NAME": ctx.name()},
        labels = {"team": {"canary": "none"}},
        readiness = HttpGetProbe("/", "http", period = {"prod": 2}),
        resources = Resources(limits = {"cpu": {"edge": 1}}),
    )
`,
);

async function shown(flags: EvaluateFlags, word = file): Promise<string> {
  const results = await evaluateFor(word, { configRoot: folder, ...flags }, bench);
  return formatEvaluated(results, { color: false });
}

it('an Application is shown as YAML, for one environment', async () => {
  expect(await shown({ environment: ['prod'], name: 'shop' })).toBe(`args:
  - --port
  - "8080"
  - /etc/app/key
env:
  MODE: fast
  NAME: shop
  TOKEN:
    variable: token
ports:
  - name: http
    number: 8080
    protocol: TCP
files:
  /etc/app/key:
    variable: key
readiness:
  path: /
  port: http
  periodSeconds: 2`);
});

it('a matrix finds every environment that the program tells apart', async () => {
  const results = await evaluateFor(file, { configRoot: folder, matrix: true }, bench);
  expect(results.map(({ environment }) => environment)).toEqual([
    ...['canary', 'edge', 'prod', 'test'],
  ]);
});

it('several environments are shown by how they differ from the first', async () => {
  const text = await shown({ environment: ['test', 'prod', 'test2'] });
  expect(text).toContain('test → prod\nin args:');
  expect(text).toContain('\n- - --slow\nin env:\n+ MODE: fast\n');
  expect(await shown({ environment: ['a', 'b'] })).toMatch(/a → b\nno difference$/);
});

it('a manifest names binary and image of the config image', async () => {
  const flags = {
    directory: folder,
    entrypoint: 'app.star',
    binary: `registry.example/a@${DIGEST}`,
  };
  const { image } = await buildImage(flags, bench);
  const layout = join(folder, 'layout');
  await saveImage(image, layout, bench);
  const text = await shown({ as: 'deployment', environment: ['prod'] }, layout);
  expect(text).toContain(`image: registry.example/a@${DIGEST}`);
  expect(text).toContain(`config-image: ${layout}@${image.root.digest}`);
  expect(text).toContain('secretName: key');
});

it.each([
  [{ as: 'cronjob' }, 'a CronJob takes no probes'],
  [{ entrypoint: undefined, folder: true }, 'the program in it is not named'],
] as const)('%j says what is wrong', async (flags, message) => {
  await expect(shown(flags as EvaluateFlags, 'folder' in flags ? folder : file)).rejects.toThrow(
    message,
  );
});

it('a program that misses something says which flag helps', async () => {
  const needy = join(folder, 'needy.star');
  const hintOf = async (text: string) => {
    await writeFile(needy, text);
    const error = await shown({}, needy).catch((thrown: unknown) => thrown);
    return error instanceof UserError ? error.hint : error;
  };
  const asking = (input: string) =>
    `def main(ctx):\n    return Application(args = [ctx.${input}()])`;
  expect(await hintOf(asking('namespace'))).toBe('give it a value with --namespace');
  expect(await hintOf(asking('cluster'))).toBe('give it a value with --cluster');
  expect(await hintOf('load("//gone.star", "x")')).toBe(
    `// in load statements stands for ${folder}; name another folder with --config-root`,
  );
});
