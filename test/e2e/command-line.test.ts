import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { SISYPHUS, World } from './world.ts';

describe('the command line', () => {
  it('helps with examples', async () => {
    const world = await World.open();
    const commands = [
      '',
      'version',
      'push',
      'diff',
      'show',
      'refresh',
      'import',
      'forget',
      'object',
      'validate',
      'doctor',
      'schema',
      'init',
    ];
    const ofObject = ['status', 'history', 'pause', 'resume', 'push'].map(
      (name) => `object ${name}`,
    );
    const ofConfig = ['', ' build', ' push', ' inspect', ' eval', ' test'].map(
      (name) => `config${name}`,
    );
    const ofApp = ['', ' run-config', ' run-image'].map((name) => `app${name}`);
    for (const command of [...commands, ...ofObject, ...ofConfig, ...ofApp]) {
      const args = [...command.split(' ').filter(Boolean), '--help'];
      const { exitCode, stdout } = await world.run(args);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('Examples:');
    }
  });

  it('says which program it is, to people and scripts', async () => {
    const world = await World.open();
    const { stdout } = await world.run(['--version']);
    const [first, ...rest] = stdout.split('\n');
    expect(first).toMatch(/^sisyphus \d+\.\d+\.\d+ \(commit ([0-9a-f]{12}(-dirty)?|unknown)\)$/);
    expect(rest).toEqual([
      expect.stringMatching(/^Kubernetes client 1\.\d+\.\d+ \(API 1\.\d+\)$/),
      `Node.js ${process.versions.node}`,
    ]);
    expect(await world.sisyphus('version')).toBe(stdout);
    const [line = ''] = (await world.sisyphus('version', '--output', 'json')).split('\n');
    const { program, commit, node } = JSON.parse(line);
    expect([`sisyphus ${program} (commit ${commit})`, node]).toEqual([
      first,
      process.versions.node,
    ]);
  });

  it('ends with 2 for wrong usage, with a suggestion', async () => {
    const world = await World.open();
    expect(await world.run(['pusch'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('push'),
    });
    expect(await world.run(['push', '--clusters', 'x'])).toMatchObject({ exitCode: 2 });
    expect(await world.run(['diff', '--concurrency', 'many'])).toMatchObject({ exitCode: 2 });
    const nowhere = await world.run(['diff'], { env: { MONITOR_DIRECTORY: '' } });
    expect(nowhere).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('monitor directory'),
    });
  });

  it('opens no file but its first for help, the version and wrong usage', async () => {
    const world = await World.open();
    const alone = join(world.root, basename(SISYPHUS));
    await copyFile(SISYPHUS, alone);
    const codes = [
      { args: ['--help'], exitCode: 0 },
      { args: ['help', 'push'], exitCode: 0 },
      { args: ['--version'], exitCode: 0 },
      { args: ['pusch'], exitCode: 2 },
      { args: ['diff', '--concurrency', 'many'], exitCode: 2 },
    ];
    for (const { args, exitCode } of codes) {
      expect(await execa(process.execPath, [alone, ...args], { reject: false })).toMatchObject({
        exitCode,
        stderr: expect.not.stringContaining('bug'),
      });
    }
    // It is alone indeed.
    expect(await execa(process.execPath, [alone, 'diff', '.'], { reject: false })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('bug'),
    });
  });

  it('completes commands and flags', async () => {
    const world = await World.open();
    const script = await world.run(['completion', 'bash']);
    expect(script).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('complete') });
    const flags = await world.run(['complete', '--', 'push', '--all']);
    expect(flags.stdout).toContain('--allow-mass-delete');
    const nested = await world.run(['complete', '--', 'object', 'p']);
    expect(nested.stdout.split('\n').map((line) => line.split('\t')[0])).toEqual(
      expect.arrayContaining(['pause', 'push']),
    );
  });

  it('prints plan and events as JSON lines', async () => {
    const world = await World.open();
    await world.write({
      '{ns}/index.yaml': `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: a}
clusters: [east]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
`,
    });
    const lines = (await world.push('--output', 'json'))
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual([
      ...['plan', 'change', 'change'],
      ...['started', 'finished', 'started', 'finished', 'result'],
    ]);
    expect(lines.at(-1)).toMatchObject({ exitCode: 0, counts: { applied: 2 } });
    const failed = await world.run(['diff', '--output', 'json', '/nowhere']);
    expect(failed.exitCode).toBe(1);
    const [problem, result] = failed.stdout.split('\n').map((line) => JSON.parse(line));
    expect(problem).toMatchObject({ type: 'problem', code: 'monitor-directory' });
    expect(result).toMatchObject({ type: 'result', exitCode: 1 });
  });
});
