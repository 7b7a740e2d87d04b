import { existsSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { buildOnce, hashFiles } from './build-cache.ts';

const target = 'wasm32-wasip1';
const crate = fileURLToPath(new URL('../src/starlark/engine', import.meta.url));

/**
 * Gives the path of the Starlark engine's wasm, built with cargo where this machine has not yet.
 * Needs cargo, and rustup where the compiler cannot make WebAssembly yet.
 */
export async function buildEngine(): Promise<string> {
  const sources = await hashFiles(crate, 'Cargo.lock', 'Cargo.toml', 'build.rs', 'src');
  const { stdout: compiler } = await execa('rustc', ['--version']);
  const directory = await buildOnce({
    name: 'starlark-engine',
    key: `${sources} ${compiler}`,
    estimate: '3 min',
    build: compile,
  });
  return join(directory, 'engine.wasm');
}

async function compile(directory: string): Promise<void> {
  await addTarget();
  const targetDirectory = join(directory, 'target');
  await execa('cargo', ['build', '--release', '--locked', '--target', target], {
    cwd: crate,
    env: {
      CARGO_TARGET_DIR: targetDirectory,
      // Panic messages hold paths of the crates' sources: not this machine's, please.
      CARGO_ENCODED_RUSTFLAGS: `--remap-path-prefix=${homedir()}=~`,
    },
  });
  const wasm = join(targetDirectory, target, 'release', 'sisyphus_starlark_engine.wasm');
  await copyFile(wasm, join(directory, 'engine.wasm'));
  await rm(targetDirectory, { recursive: true });
}

async function addTarget(): Promise<void> {
  const { stdout } = await execa('rustc', ['--print', 'target-libdir', '--target', target]);
  if (!existsSync(stdout)) await execa('rustup', ['target', 'add', target]);
}
