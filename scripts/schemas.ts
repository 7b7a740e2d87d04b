import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFINITION_NAMES, definition, definitionFile } from '../src/reconcile/definitions.ts';

const folder = fileURLToPath(new URL('../schemas', import.meta.url));

// Writes what is published for editors.
for (const name of DEFINITION_NAMES) {
  const file = join(folder, definitionFile(name));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, definition(name));
}
