import { readConfig } from '../config.ts';
import { openContexts, type Workshop } from '../context/workshop.ts';
import { UsageError } from '../model/errors.ts';
import { checkWishes, initialize } from '../reconcile/init/init.ts';
import { askText } from './ask.ts';
import { EXIT } from './exit-code.ts';
import type { ReportFlags } from './report.ts';
import { reporting } from './reporting.ts';
import { formatInitialized, initializedLines } from './view/initialized.ts';

/** Flags of `sisyphus init`. */
export interface InitFlags extends ReportFlags {
  readonly context?: string;
  readonly namespace: string;
  readonly environment: string;
  readonly image?: string;
}

/** Writes a first repository and program, and says what to do next. @returns the exit code */
export async function init(folder: string, flags: InitFlags): Promise<number> {
  return await reporting(flags, async (report) => {
    const { namespace, environment, image } = flags;
    checkWishes({ namespace, environment, image });
    const clusters = openContexts(readConfig({}, process.env, 'nothing'), process.env);
    const context = await chooseContext(flags.context, clusters).finally(() => clusters.close());
    const wishes = { context, namespace, environment, image };
    const initialized = { folder, ...wishes, files: await initialize(folder, wishes) };
    report.show({
      text: (options) => formatInitialized(initialized, options),
      lines: () => initializedLines(initialized),
    });
    return EXIT.done;
  });
}

/**
 * The context that was named, or that kubectl would use, or that a person at the terminal names.
 *
 * @throws UsageError where nobody names one, UserError `unknown-context` where there is a kubeconfig without it
 */
async function chooseContext(
  named: string | undefined,
  clusters: Workshop['clusters'],
): Promise<string> {
  const context = named ?? clusters.current ?? (await askContext(clusters));
  return clusters.get(context).name;
}

async function askContext({ areKnown, names }: Workshop['clusters']): Promise<string> {
  const which = areKnown ? names.join(', ') || 'it has none' : 'there is none';
  const hint = 'name one with --context';
  const answer = await askText(`Which context of the kubeconfig is the cluster (${which})?`, {
    refusal: areKnown ? 'no context is current' : 'there is no kubeconfig that names a context',
    hint,
  });
  if (answer !== '') return answer;
  throw new UsageError('a repository needs the context of a cluster', { code: 'no-context', hint });
}
