import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { optimiseWebAssemblyLate } from '../late-optimisation.ts';

/** Whether this is the bundle's code or, in development, the source itself. */
export const fromSource = import.meta.url.endsWith('.ts');

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Gives the compiled engine, once per process. In the bundle it lies beside the code; from source
 * it is built where this machine has not done so yet, which takes minutes and needs cargo.
 */
export function loadEngine(): Promise<WebAssembly.Module> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<WebAssembly.Module> {
  optimiseWebAssemblyLate();
  const file = fromSource
    ? await buildFromSource()
    : fileURLToPath(new URL('./engine.wasm', import.meta.url));
  return WebAssembly.compile(await readFile(file));
}

async function buildFromSource(): Promise<string> {
  // Not written as a literal, so that the bundler leaves the builder out.
  const builder = new URL('../../scripts/build-engine.ts', import.meta.url).href;
  const { buildEngine }: typeof import('../../scripts/build-engine.ts') = await import(builder);
  return buildEngine();
}
