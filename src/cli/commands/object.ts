import type { Command } from 'commander';
import type { PlanFlags } from '../../config.ts';
import type { Exit } from '../exit-code.ts';
import { positiveInteger, words } from '../flag-values.ts';
import type { HistoryFlags } from '../object-history.ts';
import type { PauseFlags } from '../object-pause.ts';
import type { ObjectPushFlags } from '../object-push.ts';
import {
  withLimitOptions,
  withLockOption,
  withOutputOption,
  withPlaceOptions,
  withViewOptions,
} from '../options.ts';
import type { ReportFlags } from '../report.ts';
import { declarationOf, type Named, withDeclarationOptions } from './declaration-options.ts';
import type { CommandDefinition } from './definition.ts';
import {
  HISTORY_HELP,
  OBJECT_HELP,
  PAUSE_HELP,
  PUSH_HELP,
  RESUME_HELP,
  STATUS_HELP,
} from './object-help.ts';

const HISTORY_LIMIT = 20;

/** `sisyphus object …` */
export const objectCommand: CommandDefinition = {
  usage: 'object',
  description: 'look at one declaration, pause it, or push it alone',
  define(object, exit) {
    object.addHelpText('after', OBJECT_HELP);
    addStatus(object, exit);
    addHistory(object, exit);
    addPause(object, exit);
    addResume(object, exit);
    addPushAlone(object, exit);
  },
};

function addStatus(object: Command, exit: Exit): void {
  withOutputOption(withNames(object.command('status')))
    .description('show whether it is declared and paused, and what is recorded of it')
    .addHelpText('after', STATUS_HELP)
    .action(async (flags: Named<PlanFlags & ReportFlags>) => {
      const { objectStatus } = await import('../house-commands.ts');
      exit(await objectStatus(...declarationOf(flags)));
    });
}

function addHistory(object: Command, exit: Exit): void {
  withOutputOption(withNames(object.command('history')))
    .description('show which image was rolled out when, where and by whom')
    .option('--limit <n>', 'how many attempts, the newest first', positiveInteger, HISTORY_LIMIT)
    .option('--diff', 'show what each attempt changed')
    .addHelpText('after', HISTORY_HELP)
    .action(async (flags: Named<HistoryFlags>) => {
      const { objectHistory } = await import('../house-commands.ts');
      exit(await objectHistory(...declarationOf(flags)));
    });
}

function addPause(object: Command, exit: Exit): void {
  withLockOption(withNames(object.command('pause')))
    .description('keep it out of every push')
    .requiredOption('--reason <text>', 'why, for those who wonder', words)
    .addHelpText('after', PAUSE_HELP)
    .action(async (flags: Named<PauseFlags>) => {
      const { objectPause } = await import('../house-commands.ts');
      exit(await objectPause(...declarationOf(flags)));
    });
}

function addResume(object: Command, exit: Exit): void {
  withLockOption(withNames(object.command('resume')))
    .description('let it take part in pushes again')
    .addHelpText('after', RESUME_HELP)
    .action(async (flags: Named<PlanFlags>) => {
      const { objectResume } = await import('../house-commands.ts');
      exit(await objectResume(...declarationOf(flags)));
    });
}

function addPushAlone(object: Command, exit: Exit): void {
  withLimitOptions(withLockOption(withViewOptions(withNames(object.command('push')))))
    .description('push it alone, even if it is paused: the way to roll back')
    .option('--image <reference>', 'the config image, in place of the declared one')
    .option('-y, --yes', 'apply without asking')
    .option('--live', 'read the clusters first, and show drift')
    .addHelpText('after', PUSH_HELP)
    .action(async (flags: Named<ObjectPushFlags>) => {
      const { objectPush } = await import('../house-commands.ts');
      exit(await objectPush(...declarationOf(flags)));
    });
}

function withNames(command: Command): Command {
  return withPlaceOptions(withDeclarationOptions(command));
}
