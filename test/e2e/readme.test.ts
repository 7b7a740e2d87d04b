import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { buildExample, copyExample, examplePrograms, pushExample } from '../bed/example.ts';
import { World } from './world.ts';

const root = join(import.meta.dirname, '../..');

/** Every command of the `sh` blocks of a document, without comments. */
async function commandsOf(file: string): Promise<string[]> {
  const text = await readFile(join(root, file), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map((match) => match[1] ?? '');
  return blocks
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => line.replace(/ +#.*$/, '').split(' && '))
    .filter((command) => command !== '');
}

/** An image of the history, as a person would choose one. */
async function imageIn(world: World, env: Record<string, string>): Promise<string> {
  const name = ['--kind', 'Deployment', '--namespace', 'shop', '--name', 'echo'];
  const { stdout } = await world.run(['object', 'history', ...name, '--output', 'json'], { env });
  return JSON.parse(stdout.split('\n')[0] ?? '').image;
}

describe('the documents', () => {
  it('show only npm scripts that exist', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const shown = [...(await commandsOf('README.md')), ...(await commandsOf('CONTRIBUTING.md'))];
    const names = shown
      .filter((command) => command.startsWith('npm ') && command !== 'npm ci')
      .map((command) => command.replace(/^npm (run )?/, ''));
    expect(names.length).toBeGreaterThan(4);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(names));
  });

  it('show only commands that work, in the order in which they are shown', async () => {
    const world = await World.open();
    const { registryUrl } = inject('bed');
    const registry = { url: registryUrl, host: new URL(registryUrl).host };
    const folder = join(world.directory, '..');
    await copyExample(folder, registry);
    const binaries = await buildExample();
    for (const program of examplePrograms)
      await pushExample(program, { folder, binaries, registry });

    const shown = (await commandsOf('README.md')).filter((line) =>
      /^(sisyphus|export) /.test(line),
    );
    expect(shown.length).toBeGreaterThan(4);
    const url = registryUrl;
    const binary = `${registry.host}/example/echo@sha256:${'a'.repeat(64)}`;
    const env: Record<string, string> = {};
    for (const command of shown) {
      const [program, ...args] = command.split(' ');
      if (program === 'export') {
        const [name = '', value = ''] = (args[0] ?? '').split('=');
        env[name] = value;
        continue;
      }
      const words = args.map((word) => {
        if (word === 'BINARY') return binary;
        return word === 'IMAGE' ? imageIn(world, env) : word.replace(/^REGISTRY\//, `${url}/`);
      });
      const { exitCode, stdout, stderr } = await world.run(await Promise.all(words), { env });
      const expected = command.includes('--exit-code') ? 3 : 0;
      expect({ command, exitCode, output: expected === exitCode ? '' : stdout + stderr }).toEqual({
        command,
        exitCode: expected,
        output: '',
      });
    }
    // Thirty commands one after the other.
  }, 180_000);

  it('link only to files that exist', async () => {
    for (const file of [
      'README.md',
      'CONTRIBUTING.md',
      'docs/cli.md',
      'docs/coming-from-the-original.md',
      'docs/programs.md',
      'docs/config-images.md',
      'docs/install.md',
      'docs/bazel.md',
      'docs/local-development.md',
    ]) {
      const text = await readFile(join(root, file), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? '');
      for (const link of links) await readFile(join(root, file, '..', link), 'utf8');
    }
  });
});
