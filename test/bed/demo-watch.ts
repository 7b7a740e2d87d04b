import { on } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import {
  type ExampleProgram,
  type ExampleSource,
  examplePrograms,
  pushExample,
} from './example.ts';

/**
 * Pushes a program's images again whenever one of its Starlark files is saved, until it is aborted.
 * @param pushed hears of every config image that came out different
 */
export async function pushOnSave(
  source: ExampleSource,
  signal: AbortSignal,
  pushed: (program: ExampleProgram, digest: string) => void,
): Promise<void> {
  const digests = new Map<ExampleProgram, string>();
  const pushAll = async () => {
    for (const program of examplePrograms) {
      const digest = await pushExample(program, source);
      if (digests.has(program) && digests.get(program) !== digest) pushed(program, digest);
      digests.set(program, digest);
    }
  };
  const watcher = watch(join(source.folder, 'example'), { recursive: true });
  try {
    const saves = on(watcher, 'change', { signal });
    await pushAll();
    for await (const [, file] of saves) {
      if (String(file).endsWith('.star')) await pushAll().catch(complain);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    watcher.close();
  }
}

/** A file may be gone for a moment while it is saved. */
function complain(error: unknown): void {
  process.stderr.write(`   not pushed: ${error instanceof Error ? error.message : error}\n`);
}
