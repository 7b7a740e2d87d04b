import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execaNode } from 'execa';
import { expect, it } from 'vitest';

const demo = join(import.meta.dirname, '../bed/demo.ts');

/** Starts the demo as `npm run demo` does, without a terminal. */
function startDemo() {
  return execaNode(demo, [], {
    nodeOptions: ['--import', 'tsx'],
    env: { NO_COLOR: '1' },
    all: true,
    reject: false,
  });
}

/** Where the demo says that it works. */
function folderIn(output: string): string {
  return /copied to (\S+),/.exec(output)?.[1] ?? 'nowhere';
}

it('deploys the example, moves a digest, and leaves nothing behind', async () => {
  const { all: output, exitCode } = await startDemo();
  expect(exitCode).toBe(0);

  const lines = output.split('\n');
  const digests = output.match(/echo_config:latest is now (sha256:[0-9a-f]{64})/g) ?? [];
  expect(new Set(digests).size).toBe(2);
  expect(lines).toContain('Plan: 15 to create (in 2 clusters)');
  expect(lines).toContain('    - - Hello');
  expect(lines).toContain('    + - Welcome');
  expect(output).toContain('Nothing to do: 15 objects in 2 clusters');

  const moved = digests[1]?.slice(-64, -52);
  expect(output).toMatch(new RegExp(`east +shop +Deployment +echo +3/3 ready .*:${moved}…`));
  expect(output).toMatch(new RegExp(`west +shop +Deployment +echo +2/2 ready .*:${moved}…`));
  expect(output).toMatch(/east +jobs +CronJob +report +0 6 \* \* \*/);
  expect(output).toContain('sisyphus push example/production');
  expect(existsSync(folderIn(output))).toBe(false);
});

it('takes everything down when it is told to end', async () => {
  const started = startDemo();
  let output = '';
  for await (const line of started.iterable({ from: 'all' })) {
    output += `${line}\n`;
    if (line.startsWith('$ sisyphus push')) started.kill('SIGTERM');
  }
  expect((await started).exitCode).toBe(130);
  expect(folderIn(output)).not.toBe('nowhere');
  expect(existsSync(folderIn(output))).toBe(false);
});
