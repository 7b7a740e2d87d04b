import { parseArgs } from 'node:util';
import { UsageError } from '../../src/model/errors.ts';
import { beforeLoss, distinctPrograms, workloads } from './workload.ts';

/** What the benchmark is to do. */
export interface Flags {
  readonly help: boolean;
  /** Absent: as often as each workload says. */
  readonly repetitions: number | undefined;
  /** Names of workloads and studies, in the order of `allNames`. */
  readonly names: readonly string[];
  readonly json: string | undefined;
  readonly plot: string | undefined;
}

const largeNames = workloads.filter(({ large }) => large).map(({ name }) => name);

/** Everything that can be measured, in the order in which it is. */
const allNames = [...workloads, distinctPrograms, beforeLoss].map(({ name }) => name);

export const usage = `Usage: npm run bench -- [--only NAME,…] [--large] [--repetitions N] [--json FILE] [--plot FILE]

Deploys workloads of several sizes to clusters of its own with sisyphus and with kubectl (and kapp,
where it is installed), by turns, and compares them with each other, with what the API servers can
take, and with the targets of the project. All of it takes about a quarter of an hour on two cores.

  --only NAMES      only these: ${allNames.slice(0, 5).join(', ')},
                    ${allNames.slice(5).join(', ')};
                    scale and clusters are all of theirs
  --large           also ${largeNames.join(', ')}
  --repetitions N   rounds of which the medians are taken (default: up to 3, by workload)
  --json FILE       writes every measurement
  --plot FILE       writes the cost by size as SVG
  --help            print this

Examples:
  npm run bench -- --only applications
  npm run bench -- --only scale --repetitions 1 --plot growth.svg
`;

/**
 * Reads the command line.
 * @throws UsageError (`usage`)
 */
export function readFlags(args: readonly string[]): Flags {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        large: { type: 'boolean', default: false },
        repetitions: { type: 'string' },
        json: { type: 'string' },
        plot: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const { help, json, plot, large } = values;
    const repetitions = readRepetitions(values.repetitions);
    const names = readNames(values.only, large);
    if (plot !== undefined && !names.some((name) => name.startsWith('scale-'))) {
      throw new Error('--plot draws what "scale" measures, which --only leaves out.');
    }
    return { help, json, plot, repetitions, names };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message, { code: 'usage', detail: usage });
  }
}

function readRepetitions(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const repetitions = Number(text);
  if (Number.isInteger(repetitions) && repetitions > 0) return repetitions;
  throw new Error('--repetitions takes a whole number above 0.');
}

/** A large one is taken where it is asked for by its own name, too. */
function readNames(only: string | undefined, large: boolean): string[] {
  const offered = allNames.filter((name) => large || !largeNames.includes(name));
  if (only === undefined) return offered;
  const wanted = only.split(',').map((one) => {
    const fitting = allNames.includes(one)
      ? [one]
      : offered.filter((name) => name.startsWith(`${one}-`));
    if (fitting.length > 0) return fitting;
    throw new Error(`--only knows no "${one}"; there are ${allNames.join(', ')}.`);
  });
  return allNames.filter((name) => wanted.flat().includes(name));
}
