import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEFINITION_NAMES, definition, definitionFile } from './definitions.ts';

const folder = join(import.meta.dirname, '../../schemas');

it.each(DEFINITION_NAMES)(
  'publishes %s as it is (npm run schemas writes the files)',
  async (name) => {
    const published = await readFile(join(folder, definitionFile(name)), 'utf8').catch(() => '');
    expect(published).toBe(definition(name));
  },
);
