import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildInfo, commitOf } from './build-info.ts';

/** A repository with one commit of one file. */
async function repository() {
  const folder = await mkdtemp(join(tmpdir(), 'sisyphus-commit-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const git = async (...args: string[]) => {
    return (await execa('git', [...who, ...args], { cwd: folder })).stdout;
  };
  await git('init', '--quiet');
  await writeFile(join(folder, 'file'), 'one');
  await git('add', 'file');
  await git('commit', '--quiet', '--message', 'first');
  return { folder, git };
}

describe('the commit of a build', () => {
  it('is twelve digits, whatever tags there are', async () => {
    const { folder, git } = await repository();
    await git('tag', '--annotate', 'v1.0.0', '--message', 'v1.0.0');
    const commit = await git('rev-parse', 'HEAD');
    expect(await commitOf(folder)).toBe(commit.slice(0, 12));
  });

  it('says where a file was changed, and does not mind new ones', async () => {
    const { folder, git } = await repository();
    const commit = (await git('rev-parse', 'HEAD')).slice(0, 12);
    await writeFile(join(folder, 'new'), '');
    expect(await commitOf(folder)).toBe(commit);
    await writeFile(join(folder, 'file'), 'two');
    expect(await commitOf(folder)).toBe(`${commit}-dirty`);
  });

  it('is unknown in an unpacked archive, even inside of another repository', async () => {
    const { folder } = await repository();
    const archive = join(folder, 'vendor');
    await mkdir(archive);
    expect(await commitOf(archive)).toBe('unknown');
  });
});

describe('what a build says of itself', () => {
  it('names the Kubernetes client and the API that it was made for', async () => {
    expect(await buildInfo()).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      kubernetesClient: expect.stringMatching(/^1\.4\.\d+$/),
      kubernetesApi: '1.34',
    });
  });
});
