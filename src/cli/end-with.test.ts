import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

/** Runs a program that ends with what an expression comes to. */
async function ending(expression: string) {
  const module = new URL('./end-with.ts', import.meta.url).href;
  const program = `import(${JSON.stringify(module)}).then(({ endWith }) => endWith(${expression}));`;
  const args = ['--import', 'tsx', '--eval', program];
  const { exitCode, stderr } = await execa(process.execPath, args, { reject: false });
  return { exitCode, stderr };
}

describe('endWith', () => {
  it('gives the exit code, when it comes', async () => {
    const later = 'new Promise((resolve) => setImmediate(resolve, 3))';
    expect(await ending(later)).toEqual({ exitCode: 3, stderr: '' });
  });

  it('fails where the code never comes', async () => {
    expect(await ending('new Promise(() => undefined)')).toEqual({
      exitCode: 1,
      stderr: `sisyphus: this is a bug; please report it with what follows
The command waits for something that will never come.`,
    });
  });

  it('fails with the error that comes in place of the code', async () => {
    const { exitCode, stderr } = await ending("Promise.reject(new Error('no such file'))");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^sisyphus: this is a bug; .*\nError: no such file\n {4}at /);
  });
});
