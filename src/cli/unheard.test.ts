import { execa } from 'execa';
import { expect, it } from 'vitest';

/** A program whose output fails after something has begun. @param code of the error */
async function run(code: string) {
  const program = `
    const { goOnUnheard } = await import(${JSON.stringify(new URL('./unheard.ts', import.meta.url))});
    const output = await goOnUnheard();
    process.stdout.emit('error', Object.assign(new Error('it failed'), { code: '${code}' }));
    await output.check();`;
  return await execa(process.execPath, ['--import', 'tsx', '-e', program], { reject: false });
}

it('is no failure where nobody reads any more', async () => {
  expect((await run('EPIPE')).exitCode).toBe(0);
});

it('is one where the output is lost', async () => {
  const { exitCode, stderr } = await run('ENOSPC');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('The output could not be written: it failed.');
});
