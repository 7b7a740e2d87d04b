import type { TestProject } from 'vitest/node';
import { makeScratch, removeScratch } from '../bed/scratch.ts';
import { type Packed, pack } from './packed.ts';

declare module 'vitest' {
  interface ProvidedContext {
    packed: Packed;
  }
}

/** Packs the package once for all tests. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await makeScratch('package');
  provide('packed', await pack(folder));
  return () => removeScratch(folder);
}
