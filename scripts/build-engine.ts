import { existsSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { buildOnce, hashFiles } from './build-cache.ts';
import { type Component, linkedCrates } from './third-party.ts';

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

/** The crates inside the engine, for their licenses. Cargo loads what this machine has not. */
export async function engineCrates(): Promise<Component[]> {
  const args = ['metadata', '--locked', '--format-version=1', `--filter-platform=${target}`];
  const { stdout } = await execa('cargo', args, { cwd: crate });
  return linkedCrates(JSON.parse(stdout));
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
