import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeScratch, removeScratch } from '../test/bed/scratch.ts';
import { leaveParts, requireApart } from './halves.ts';

const PROGRAM = {
  'main.ts': `import { Polite } from './polite.ts';
    import('./greet.ts').then(({ greet }) => console.log(greet() instanceof Polite));`,
  'greet.ts': "import { Polite } from './polite.ts'; export const greet = () => new Polite();",
  'polite.ts': 'export class Polite {}',
};

/** Bundles a program in two halves. @returns what esbuild says of both, and the program's path */
async function bundle(sources: Readonly<Record<string, string>>) {
  const folder = await makeScratch('halves');
  onTestFinished(() => removeScratch(folder));
  for (const [name, text] of Object.entries({ ...sources, 'package.json': '{"type":"module"}' })) {
    await writeFile(join(folder, name), text);
  }
  const options = {
    ...{ absWorkingDir: folder, outdir: '.', bundle: true, metafile: true },
    ...{ platform: 'node', logLevel: 'silent' },
  } satisfies BuildOptions;
  const parts = new Map<string, string>();
  const entry = await build({
    ...options,
    entryPoints: ['main.ts'],
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    plugins: [leaveParts(parts)],
  });
  const entryPoints = Object.fromEntries(parts);
  const rest = await build({ ...options, entryPoints, format: 'esm' });
  return { entry: entry.metafile, rest: rest.metafile, program: join(folder, 'main.cjs') };
}

describe('a program in two halves', () => {
  it('finds what it imports when it needs it', async () => {
    const { entry, rest, program } = await bundle({
      'main.ts': "import('./greet.ts').then(({ greeting }) => console.log(greeting));",
      'greet.ts': "export const greeting = 'hello';",
    });
    expect((await execa(process.execPath, [program])).stdout).toBe('hello');
    expect(() => requireApart(entry, rest, [])).not.toThrow();
  });

  it('is refused when both hold a module that is not called harmless', async () => {
    const { entry, rest, program } = await bundle(PROGRAM);
    expect((await execa(process.execPath, [program])).stdout).toBe('false');
    expect(() => requireApart(entry, rest, [])).toThrow(
      'Both halves of the program hold polite.ts.',
    );
    expect(() => requireApart(entry, rest, ['polite.ts'])).not.toThrow();
  });

  it('is refused when what is called harmless is in one half only', async () => {
    const { entry, rest } = await bundle(PROGRAM);
    expect(() => requireApart(entry, rest, ['polite.ts', 'greet.ts'])).toThrow('greet.ts');
  });

  it('is refused when two parts would be one file', async () => {
    const twins = { 'main.ts': "import('./greet.ts'); import('./greet.js');" };
    await expect(bundle({ ...PROGRAM, ...twins })).rejects.toThrow('would be greet.js');
  });
});
