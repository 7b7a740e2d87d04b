import addCommands from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** Adds `completion`, which prints a script for a shell, and `complete`, which that script asks. */
export function addCompletion(program: Command): void {
  addCommands(program, { completionCommandName: 'completion' });
}
