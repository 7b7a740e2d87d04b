import type { Command } from 'commander';
import type { Exit } from '../exit-code.ts';

/** A command, as far as the list of commands tells, and the rest of it. */
export interface CommandDefinition {
  /** Its name and what follows it, as the list shows it: `push [options] [directory]`. */
  readonly usage: string;
  readonly description: string;
  /** Adds arguments, flags, help and action, or the commands of a group, to the command of that name. */
  readonly define: (command: Command, exit: Exit) => void;
}
