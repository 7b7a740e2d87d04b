import { watch } from 'node:fs';
import { join } from 'node:path';
import {
  type ExampleProgram,
  type ExampleSource,
  exampleFolders,
  examplePrograms,
  pushExample,
} from './example.ts';
import { whenAborted } from './interruption.ts';

/**
 * Pushes a program's images again whenever one of its files is saved, until it is aborted.
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
  let last = pushAll();
  const watchers = exampleFolders.map((folder) =>
    watch(join(source.folder, folder), () => {
      last = last.then(pushAll).catch(complain);
    }),
  );
  await whenAborted(signal);
  for (const watcher of watchers) watcher.close();
  await last;
}

/** A file may be gone for a moment while it is saved. */
function complain(error: unknown): void {
  process.stderr.write(`   not pushed: ${error instanceof Error ? error.message : error}\n`);
}
