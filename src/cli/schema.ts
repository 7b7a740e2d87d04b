import { type DefinitionName, definition } from '../reconcile/definitions.ts';
import { EXIT } from './exit-code.ts';

/** Prints a definition for editors. @returns the exit code */
export function schema(name: DefinitionName): number {
  process.stdout.write(definition(name));
  return EXIT.done;
}
