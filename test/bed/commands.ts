import { join } from 'node:path';
import type { Bed } from './bed.ts';

/** Runs the command line as `npm run build` makes it, when arguments are added. */
export const sisyphusCommand: readonly string[] = [
  process.execPath,
  join(import.meta.dirname, '../../dist/sisyphus.cjs'),
];

/** Runs kubectl for a bed, when arguments are added. */
export function kubectlCommand(bed: Bed): readonly string[] {
  return ['sh', '-c', `exec ${bed.kubectlCommand} "$@"`, 'kubectl'];
}
