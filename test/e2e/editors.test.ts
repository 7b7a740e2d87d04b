import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { DEFINITION_NAMES } from '../../src/reconcile/definitions.ts';
import { World } from './world.ts';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'example');

/** What Pyright, which knows nothing of Sisyphus but its stubs, says about programs. */
async function typeCheck(
  stubs: string,
  programs: Readonly<Record<string, string>>,
  folder: string,
): Promise<string[]> {
  await mkdir(folder);
  await writeFile(join(folder, '__builtins__.pyi'), stubs);
  await writeFile(join(folder, 'pyrightconfig.json'), '{"pythonVersion": "3.12"}');
  for (const [name, text] of Object.entries(programs)) await writeFile(join(folder, name), text);
  const { stdout } = await execa('pyright', ['--outputjson', '-p', folder], {
    preferLocal: true,
    localDir: root,
    reject: false,
  });
  return JSON.parse(stdout).generalDiagnostics.map(({ file, range, message }: Diagnostic) => {
    const name = file.slice(file.lastIndexOf('/') + 1);
    return `${name}:${range.start.line + 1}: ${message.split('\n')[0]}`;
  });
}

interface Diagnostic {
  readonly file: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly message: string;
}

const GOOD = `
def main(ctx):
    http = Port("http", 80, protocol = "UDP")
    args = ["--port", http]
    return Application(
        args = args + [{"prod": True, "dev": None}, 1.5, FileVariable("key", path = "/etc/app/key")],
        env = {"PORT": Port(name = "http"), "TOKEN": StringVariable("token"), "N": {"prod": 1}},
        labels = {"team": ctx.namespace()},
        liveness = HttpGetProbe("/", "http", initial_delay = 1, period = {"prod": 2}),
        readiness = {"prod": HttpGetProbe(path = "/", port = http)},
        startup = None,
        resources = Resources(requests = {"cpu": {"prod": 2, "dev": "1m"}}, limits = {"memory": "1Gi"}),
    )
`;

const BAD = [
  'Application(["--port"])',
  'Application(arguments = [])',
  'Application(args = 1)',
  'Application(args = [StringVariable("token")])',
  'Application(liveness = "/healthz")',
  'Port()',
  'Port("http", number = "80")',
  'HttpGetProbe("/")',
  'Resources(cpu = 1)',
  'Deployment()',
];

describe('what editors get', () => {
  it('is printed by sisyphus schema', async () => {
    const world = await World.open();
    for (const name of DEFINITION_NAMES) {
      const { exitCode, stdout } = await world.run(['schema', name]);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(name === 'starlark' ? 'def Application(' : '"$schema"');
    }
    expect(await world.run(['schema', 'Deploymnt'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Deployment'),
    });
  });

  it('is a schema that an independent validator uses on the example and on a mistake', async () => {
    const world = await World.open();
    const { stdout } = await world.run(['schema']);
    const validate = new Ajv({ strictTypes: false, strictRequired: false }).compile(
      JSON.parse(stdout),
    );
    const text = await readFile(join(example, 'production/shop/index.yaml'), 'utf8');
    const [deployment] = parseAllDocuments(text).map((one) => one.toJS());
    expect(validate(deployment)).toBe(true);
    expect(validate({ ...deployment, footprints: {} })).toBe(false);
  });

  it('is the schema that the first line of every file of the example leads to', async () => {
    for (const folder of ['global', 'jobs', 'shop']) {
      const file = join(example, 'production', folder, 'index.yaml');
      const [first = ''] = (await readFile(file, 'utf8')).split('\n');
      const [, schema = ''] = /^# yaml-language-server: \$schema=(.+)$/.exec(first) ?? [];
      const { title } = JSON.parse(await readFile(join(file, '..', schema), 'utf8'));
      expect(title).toBe('A file of Sisyphus documents');
    }
  });

  it('lets a type checker accept a good program and refuse each mistake', async () => {
    const world = await World.open();
    const { stdout } = await world.run(['schema', 'starlark']);
    const folder = join(world.directory, '..', 'typed');
    const programs = { 'good.py': GOOD, 'bad.py': `${BAD.join('\n')}\n` };
    const found = await typeCheck(stdout, programs, folder);
    expect(found.filter((line) => line.startsWith('good.py'))).toEqual([]);
    const lines = new Set(found.map((line) => /^bad\.py:(\d+)/.exec(line)?.[1]));
    expect([...lines]).toEqual(BAD.map((_, index) => String(index + 1)));
  });
});
