import { join } from 'node:path';
import type { Bed } from './bed.ts';

/** The command line as `npm run build` makes it. */
export const sisyphusPath = join(import.meta.dirname, '../../dist/sisyphus.js');

/** Runs the command line, when arguments are added. */
export const sisyphusCommand: readonly string[] = [process.execPath, sisyphusPath];

/** Runs kubectl for a bed, when arguments are added. */
export function kubectlCommand(bed: Bed): readonly string[] {
  return ['sh', '-c', `exec ${bed.kubectlCommand} "$@"`, 'kubectl'];
}
