import { join } from 'node:path';
import { execa } from 'execa';
import pc from 'picocolors';
import { ServiceError } from '../../src/model/errors.ts';
import type { Bed } from './bed.ts';
import { kubectlCommand, sisyphusCommand } from './commands.ts';

/** Does what a person would do in a terminal: each command is shown, then what it prints. */
export interface DemoShell {
  /** Says in a line what comes next. */
  say(text: string): void;
  /** @throws ServiceError (`demo-failed`) when the command fails */
  sisyphus(...args: readonly string[]): Promise<void>;
  /** @throws ServiceError (`demo-failed`) when the command fails */
  kubectl(...args: readonly string[]): Promise<void>;
}

/**
 * Opens a shell in a folder, with the bed's clusters and nothing of the user's own settings.
 * @param signal ends the command that runs when it aborts
 */
export function openDemoShell(bed: Bed, folder: string, signal: AbortSignal): DemoShell {
  const env = {
    KUBECONFIG: bed.kubeconfigPath,
    SISYPHUS_CACHE: join(folder, 'cache'),
    DATABASE_URL: '',
    MONITOR_DIRECTORY: '',
  };
  const run = async (shown: string, command: readonly string[]) => {
    process.stdout.write(`\n${pc.bold(`$ ${shown}`)}\n`);
    const [file = '', ...args] = command;
    const { failed, exitCode } = await execa(file, args, {
      cwd: folder,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      cancelSignal: signal,
      reject: false,
    });
    signal.throwIfAborted();
    if (!failed) return;
    throw new ServiceError(`The command "${shown}" failed with exit code ${exitCode}.`, {
      code: 'demo-failed',
    });
  };
  return {
    say: (text) => process.stdout.write(`\n${pc.cyan(text)}\n`),
    sisyphus: (...args) => {
      const shown = ['sisyphus', ...args].join(' ');
      return run(shown, [...sisyphusCommand, ...args]);
    },
    kubectl: (...args) => {
      const shown = ['kubectl', ...args].join(' ');
      return run(shown, [...kubectlCommand(bed), ...args]);
    },
  };
}
