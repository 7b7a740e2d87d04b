import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readProgramConfig } from '../config.ts';
import { openWorkbench } from '../context/workbench.ts';
import { formatJunit } from './junit.ts';
import { runTests, type TestFlags, type TestResult } from './run-tests.ts';

const folder = await mkdtemp(join(tmpdir(), 'sisyphus-tests-'));
const bench = openWorkbench(readProgramConfig({}, { SISYPHUS_CACHE: folder }), {});
afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true });
});

const PROGRAM = `def main(ctx):
    return Application(args = [{"prod": "a", "dev": ctx.name()}], env = {"T": StringVariable("t")})
`;
let roots = 0;

async function write(files: Readonly<Record<string, string>>): Promise<string> {
  const root = join(folder, String(++roots));
  for (const [path, text] of Object.entries({ 'app.star': PROGRAM, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

async function run(root: string, flags: TestFlags = {}): Promise<TestResult[]> {
  const results = await runTests(root, { configRoot: root, ...flags }, bench, () => undefined);
  return results.map((result) => ({ ...result, file: result.file.slice(root.length + 1) }));
}

const summary = (results: readonly TestResult[]) =>
  results.map(({ file, line, name, outcome, message }) =>
    [`${file}:${line}`, name, outcome, message?.split('\n')[0]].filter(Boolean).join(' '),
  );

describe('tests', () => {
  it('are the functions test_… of files …_test.star, in their order', async () => {
    const root = await write({
      'b_test.star':
        'load("app.star", "main")\n\ndef test_b():\n    assert.eq(main(ctx(name = "x")).args[0]["dev"], "x")\n\ndef test_a():\n    assert.eq(1, 2)\n\ndef helper():\n    fail()\n',
      'deep/a_test.star': 'def test_c():\n    print("seen")\n    fail("why")\n',
      '.hidden/x_test.star': 'def test_x(): fail()',
      'node_modules/x_test.star': 'def test_x(): fail()',
      'other.star': 'def test_x(): fail()',
    });
    const results = await run(root);
    expect(summary(results)).toEqual([
      'b_test.star:3 test_b passed',
      'b_test.star:6 test_a failed b_test.star:7:5: assert.eq: the values differ',
      'deep/a_test.star:1 test_c failed deep/a_test.star:3:5: fail: why',
    ]);
    expect(results[2]?.output).toBe('seen\n');
    expect(results[2]?.detail).toContain('Traceback');
  });

  it('fail one by one for a file that cannot be used, and one that never ends', async () => {
    const root = await write({
      'a_test.star': 'def test_a(:',
      'b_test.star': 'load("gone.star", "x")',
      'c_test.star':
        'def test_endless():\n    for i in range(1000000000): pass\ndef test_well(): pass',
    });
    const results = await run(root);
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'passed']);
    expect(summary(results)[1]).toContain('there is no file gone.star');
    expect(summary(results)[2]).toContain('(limit starlark-steps)');
  });

  it('must be there', async () => {
    const none = { code: 'no-tests' };
    await expect(run(await write({}))).rejects.toMatchObject(none);
    await expect(run(await write({ 'a_test.star': 'x = 1' }))).rejects.toMatchObject(none);
    await expect(run(join(folder, 'nowhere'))).rejects.toMatchObject(none);
  });
});

describe('a golden manifest', () => {
  const test = (body: string) =>
    `load("app.star", "main")\nC = ctx(name = "echo", namespace = "shop", environment = "prod")\ndef test_g():\n    return ${body}\n`;

  it('is written when asked for, then compared', async () => {
    const root = await write({ 'a_test.star': test('Golden(main(C), C)') });
    const file = join(root, 'a_test.golden/test_g.yaml');
    expect(summary(await run(root))).toEqual([
      `a_test.star:3 test_g failed there is no ${file}; --update writes it`,
    ]);
    expect(summary(await run(root, { update: true }))).toEqual(['a_test.star:3 test_g updated']);
    expect(summary(await run(root))).toEqual(['a_test.star:3 test_g passed']);
    expect(await readFile(file, 'utf8')).toContain('kind: Deployment\nmetadata:\n  name: echo\n');

    await writeFile(join(root, 'app.star'), PROGRAM.replace('"prod": "a"', '"prod": "changed"'));
    const [changed] = await run(root);
    expect(changed?.message).toContain('\n-            - a\n+            - changed');
  });

  it('can be that of a CronJob', async () => {
    const root = await write({ 'a_test.star': test('Golden(main(C), C, kind = "CronJob")') });
    await run(root, { update: true });
    expect(await readFile(join(root, 'a_test.golden/test_g.yaml'), 'utf8')).toContain('CronJob');
  });

  it.each([
    ['Golden(main(C), ctx(name = "a"))', 'its ctx needs name, namespace and environment'],
    ['Golden(main(C), "prod")', 'with the ctx that main was called with'],
    ['Golden(main(C), C, kind = "Pod")', 'its kind must be "Deployment" or "CronJob"'],
    ['Golden(1, C)', 'expected Application(…), found the integer 1'],
  ])('%s says what is wrong with it', async (body, message) => {
    const [result] = await run(await write({ 'a_test.star': test(body) }));
    expect(result?.message).toContain(message);
  });
});

it('a report in JUnit XML escapes what XML has no place for', () => {
  const result = { file: 'a_test.star', line: 3, durationMs: 1234.5, output: '' };
  const results: TestResult[] = [
    { ...result, name: 'test_a', outcome: 'passed' },
    { ...result, name: 'test_b', outcome: 'failed', message: 'a <b> "&"\u0007\nmore', output: 'x' },
  ];
  expect(formatJunit(results)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1" errors="0" time="2.469">
  <testsuite name="a_test.star" tests="2" failures="1" errors="0" time="2.469">
    <testcase name="test_a" classname="a_test.star" file="a_test.star" line="3" time="1.234"/>
    <testcase name="test_b" classname="a_test.star" file="a_test.star" line="3" time="1.234">
      <failure message="a &lt;b&gt; &quot;&amp;&quot;�">a &lt;b&gt; &quot;&amp;&quot;�
more</failure>
      <system-out>x</system-out>
    </testcase>
  </testsuite>
</testsuites>
`);
});
