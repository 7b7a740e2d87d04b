import type { JsonValue } from '../../model/json.ts';
import type { Evaluated } from '../../workbench/evaluate.ts';
import { made, type OutputLine } from './json.ts';
import { type Line, line, type PrintOptions, printLines } from './line.ts';
import { printSections } from './sections.ts';
import { diffYaml } from './yaml-diff.ts';
import { YamlWriter } from './yaml-lines.ts';

/**
 * Prints what a program said as YAML; of several environments the first one, and how each further one
 * differs from it.
 */
export function formatEvaluated(results: readonly Evaluated[], options: PrintOptions): string {
  const writer = new YamlWriter();
  const [first, ...others] = results;
  if (first === undefined) return '';
  const whole = yaml(shown(first), writer);
  if (others.length === 0) return printLines(whole, options);
  const sections = others.map((other) => [
    line(`${first.environment} → ${other.environment}`, 'strong'),
    ...difference(first, other, writer),
  ]);
  return printSections([[line(first.environment, 'strong'), ...whole], ...sections], options);
}

/** The same as lines. */
export function evaluatedLines(results: readonly Evaluated[]): OutputLine[] {
  return results.map(({ environment, application, manifest }) =>
    made('application', { environment, application, manifest }),
  );
}

function shown({ application, manifest }: Evaluated): JsonValue {
  return manifest ?? application;
}

function difference(first: Evaluated, other: Evaluated, writer: YamlWriter): Line[] {
  const lines = diffYaml(shown(first), shown(other), writer);
  return lines.length === 0 ? [line('no difference', 'faint')] : lines;
}

function yaml(value: JsonValue, writer: YamlWriter): Line[] {
  return writer.write(value).map(({ text, indent }) => line(`${' '.repeat(indent)}${text}`));
}
