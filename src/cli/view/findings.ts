import { count } from '../../model/count.ts';
import type { Finding } from '../../reconcile/doctor/finding.ts';
import { made, type OutputLine } from './json.ts';
import { type Line, line, type PrintOptions, printLines, span } from './line.ts';
import type { Tone } from './style.ts';

const MARKS: Readonly<Record<Finding['verdict'], readonly [mark: string, tone: Tone]>> = {
  fine: ['✓', 'create'],
  warning: ['!', 'warning'],
  failed: ['✗', 'error'],
};

/** Prints findings, each with a mark and, where it is not fine, with what to do; the counts last. */
export function formatFindings(findings: readonly Finding[], options: PrintOptions): string {
  return printLines([...findings.flatMap(findingText), summary(findings)], options);
}

function findingText({ area, subject, verdict, message, advice }: Finding): Line[] {
  const [mark, tone] = MARKS[verdict];
  const name = subject === undefined ? area : `${area} ${subject}`;
  return [
    [span(`${mark} `, tone), span(name, 'strong'), span(`: ${message}`)],
    ...(advice === undefined ? [] : [line(`    ${advice}`)]),
  ];
}

function summary(findings: readonly Finding[]): Line {
  const of = (verdict: Finding['verdict']) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const [bad, warned] = [of('failed'), of('warning')];
  if (bad + warned === 0) return line('Everything is fine.', 'strong');
  const parts = [
    ...(bad === 0 ? [] : [count(bad, 'problem')]),
    ...(warned === 0 ? [] : [count(warned, 'warning')]),
  ];
  return line(`${parts.join(', ')}.`, 'strong');
}

/** The findings as lines. */
export function findingLines(findings: readonly Finding[]): OutputLine[] {
  return findings.map((finding) => made('finding', finding));
}
