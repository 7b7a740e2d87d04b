import { formatCommand } from '../../local/shell.ts';
import { plain, type Word } from '../../local/value.ts';
import {
  deployment,
  FIRST_NAME,
  FIRST_PROGRAM,
  type FirstRepository,
  firstIndex,
  SAMPLE_BINARY,
} from '../../reconcile/init/first-files.ts';
import { made, type OutputLine } from './json.ts';
import { type Line, line, linesOf, type PrintOptions } from './line.ts';
import { printSections } from './sections.ts';

/** A first repository that was written. */
export interface Initialized extends FirstRepository {
  /** As the user wrote it. */
  readonly folder: string;
  /** Paths in it. */
  readonly files: readonly string[];
}

/** Prints what was written, and the commands to go on with, for a shell to take as they are. */
export function formatInitialized(initialized: Initialized, options: PrintOptions): string {
  const { folder, context, files } = initialized;
  const steps = nextSteps(initialized).flatMap(({ title, commands }): Line[][] => [
    [line(title, 'strong')],
    commands.flatMap((command) => linesOf(command)),
  ]);
  const written = `Wrote a first repository for the cluster ${context} to ${folder}:`;
  const list = files.map((path) => line(`  ${path}`));
  return printSections([[line(written, 'strong'), ...list], ...steps], options);
}

/** What was written as a line, with the commands to go on with. */
export function initializedLines(initialized: Initialized): OutputLine[] {
  const next = nextSteps(initialized).flatMap(({ commands }) => commands);
  return [made('initialized', { ...initialized, next })];
}

interface Step {
  readonly title: string;
  readonly commands: readonly string[];
}

function nextSteps(initialized: Initialized): Step[] {
  const { folder, environment, image } = initialized;
  const enter =
    folder === '.' ? [] : [formatCommand({ program: 'cd', args: [plain(folder)], env: [] })];
  const push = [sisyphus('diff', environment), sisyphus('push', environment, '--yes')];
  const tryIt = [
    ...enter,
    sisyphus('config', 'test'),
    sisyphus('config', 'eval', FIRST_PROGRAM, '--environment', environment),
  ];
  if (image !== undefined) {
    return [
      { title: 'Try the program:', commands: tryIt },
      { title: `Push its config image ${WITH_SAMPLE}:`, commands: [configPush([plain(image)])] },
      { title: 'Push the repository:', commands: push },
    ];
  }
  return [
    { title: 'Try the program, and push the repository:', commands: [...tryIt, ...push] },
    {
      title: `Run it in the cluster, from a registry of yours ${WITH_SAMPLE}:`,
      commands: [
        `${REGISTRY}=registry.example`,
        configPush([
          [{ type: 'variable', variable: REGISTRY }, ...plain(`/${IMAGE}`)],
          ...['--tag', 'latest'].map(plain),
        ]),
        append(initialized),
        ...push,
      ],
    },
  ];
}

const WITH_SAMPLE = '(with a sample binary, until you have your own)';
const REGISTRY = 'REGISTRY';
/** As the Bazel rule names config images. */
const IMAGE = `${FIRST_NAME}_config`;

function sisyphus(...args: readonly string[]): string {
  return formatCommand({ program: 'sisyphus', args: args.map(plain), env: [] });
}

function configPush(target: readonly Word[]): string {
  const before = ['config', 'push', '.'].map(plain);
  const after = ['--entrypoint', FIRST_PROGRAM, '--binary', SAMPLE_BINARY].map(plain);
  return formatCommand({ program: 'sisyphus', args: [...before, ...target, ...after], env: [] });
}

/** A command for the shell that declares the program in the first namespace. */
function append(wishes: FirstRepository): string {
  const variable = `$${REGISTRY}`;
  const text = deployment({ ...wishes, image: `${variable}/${IMAGE}:latest` });
  const literal = text.replace(/[\\$`]/g, '\\$&').replace(`\\${variable}`, () => variable);
  return `cat >> ${firstIndex(wishes)} <<END\n---\n${literal}END`;
}
