import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import { UserError } from '../model/errors.ts';
import { readApplication } from '../render/application.ts';
import { GOLDEN } from '../render/testing-vocabulary.ts';
import type { ConstructedValue, StarlarkValue } from '../starlark/value.ts';
import { sampleManifest, unknownBinary, WORKLOADS, type WorkloadKind } from './sample-manifest.ts';

/** Where a test's manifest is kept: beside its file, in a folder of that file's name. */
export function goldenFile(testFile: string, name: string): string {
  return join(testFile.replace(/\.star$/, '.golden'), `${name}.yaml`);
}

/** What a comparison with a kept manifest came to. */
export type Comparison = 'same' | 'written' | { readonly difference: string };

/**
 * Compares what a test returned with the manifest that is kept of it.
 *
 * @param update writes it instead, where it differs
 * @returns undefined for a test that returned no `Golden`
 * @throws UserError for a `Golden` that cannot be rendered, or a file that cannot be read or written
 */
export async function compareGolden(
  value: StarlarkValue,
  file: string,
  update: boolean,
): Promise<Comparison | undefined> {
  if (value.type !== 'constructed' || value.name !== GOLDEN) return undefined;
  const fresh = renderGolden(value);
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw unusable(file, error);
  });
  if (kept?.replaceAll('\r\n', '\n') === fresh) return 'same';
  if (!update) return { difference: differenceOf(kept, fresh, file) };
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, fresh);
  } catch (error) {
    throw unusable(file, error as NodeJS.ErrnoException);
  }
  return 'written';
}

function differenceOf(kept: string | undefined, fresh: string, file: string): string {
  if (kept === undefined) return `there is no ${file}; --update writes it`;
  const patch = createTwoFilesPatch(file, 'now', kept, fresh, undefined, undefined, { context: 3 });
  const lines = patch.split('\n').filter((line) => !line.startsWith('====='));
  return `the manifest differs from ${file}; --update writes it anew\n${lines.join('\n').trimEnd()}`;
}

function renderGolden({ fields }: ConstructedValue): string {
  const { application, ctx, kind } = fields;
  if (application === undefined || ctx?.type !== 'inputs') {
    throw wrong(`expected ${GOLDEN}(application, ctx) with the ctx that main was called with`);
  }
  const { name, namespace, environment } = ctx.values;
  if (name === undefined || namespace === undefined || environment === undefined) {
    throw wrong('its ctx needs name, namespace and environment');
  }
  const manifest = sampleManifest(readApplication(application, environment), kindOf(kind), {
    ...{ name, namespace, environment },
    ...unknownBinary(name),
  });
  return stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false });
}

function kindOf(kind: StarlarkValue | undefined): WorkloadKind {
  if (kind === undefined) return 'deployment';
  const text = kind.type === 'string' ? kind.value.toLowerCase() : '';
  const known = WORKLOADS.find((one) => one === text);
  if (known === undefined) throw wrong('its kind must be "Deployment" or "CronJob"');
  return known;
}

function wrong(why: string): UserError {
  return new UserError(`the ${GOLDEN} that the test returned cannot be rendered: ${why}`, {
    code: 'wrong-golden',
  });
}

function unusable(file: string, cause: NodeJS.ErrnoException): UserError {
  return new UserError(`The golden manifest ${file} cannot be used (${cause.code}).`, {
    code: 'golden-file',
    cause,
  });
}
