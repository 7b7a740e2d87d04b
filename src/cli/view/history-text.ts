import type { Attempt } from '../../reconcile/history.ts';
import { indent, type Line, line, type PrintOptions, printLines, span } from './line.ts';
import { diffYaml } from './yaml-diff.ts';
import { YamlWriter } from './yaml-lines.ts';

/** How a history is printed. */
export interface HistoryOptions extends PrintOptions {
  /** Shows what each attempt changed. */
  readonly diff: boolean;
}

/** Prints attempts, one a line: when, in which cluster, how it ended, who, and the config image. */
export function formatHistory(attempts: readonly Attempt[], options: HistoryOptions): string {
  if (attempts.length === 0) return 'No image was rolled out yet.';
  const writer = new YamlWriter();
  const widths = {
    cluster: width(attempts.map(({ key }) => key.cluster)),
    outcome: width(attempts.map(outcomeOf)),
    username: width(attempts.map(userOf)),
  };
  const lines = attempts.flatMap((attempt): Line[] => [
    [
      span(`${attempt.at}  ${attempt.key.cluster.padEnd(widths.cluster)}  `),
      span(outcomeOf(attempt).padEnd(widths.outcome), toneOf(attempt)),
      span(`  ${userOf(attempt).padEnd(widths.username)}  ${attempt.image}`),
    ],
    ...(options.diff ? indent(changeOf(attempt, writer), 4) : []),
  ]);
  return printLines(lines, options);
}

function outcomeOf({ outcome }: Attempt): string {
  return outcome ?? 'unknown';
}

function toneOf({ outcome }: Attempt) {
  if (outcome === 'failed') return 'error';
  return outcome === 'succeeded' ? 'create' : 'faint';
}

function userOf({ username = '?' }: Attempt): string {
  return username;
}

function changeOf({ before, manifest }: Attempt, writer: YamlWriter): Line[] {
  if (manifest === undefined) return [line('what was sent was not noted', 'faint')];
  if (before === undefined) return [line('nothing before it was noted', 'faint')];
  const lines = diffYaml(before, manifest, writer);
  return lines.length > 0 ? lines : [line('the same as before', 'faint')];
}

function width(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
