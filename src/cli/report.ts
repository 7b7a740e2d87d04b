import type { ApplyEvent, Outcome } from '../apply/events.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { Prepared } from '../reconcile/prepare.ts';
import { jsonReport } from './json-report.ts';
import { textReport } from './text-report.ts';
import type { OutputLine } from './view/json.ts';
import type { PrintOptions } from './view/line.ts';
import type { GroupBy } from './view/plan-blocks.ts';

/** Flags that say how a command reports. */
export interface ReportFlags {
  readonly output?: 'text' | 'json';
  readonly groupBy?: GroupBy;
  readonly full?: boolean;
}

/** What a report shows of a plan. */
export type ShownPlan = Pick<Prepared, 'plan' | 'objects' | 'clusters' | 'paused' | 'massDeletes'>;

/** Something to show on standard output, in both forms. */
export interface View {
  text(options: PrintOptions): string;
  lines(): readonly OutputLine[];
}

/** What a command tells its user, in a form of the user's choice. */
export interface Report {
  /** Everything that is wrong with the repository, and what it came to: `nothing was applied`. */
  problems(problems: readonly Problem[], consequence: string): void;
  /** What ended the command early. */
  error(error: unknown): void;
  plan(shown: ShownPlan): void;
  /** The apply begins; every event of it comes through the returned listener. */
  applying(plan: Plan): Promise<ApplyListener>;
  show(view: View): void;
  /** A word to the person in front of the terminal that is no part of the result. */
  say(message: string): void;
  /** The last thing a command says. */
  end(exitCode: number): void;
}

/** Hears an apply. */
export interface ApplyListener {
  hear(event: ApplyEvent): void;
  /** The apply is over. */
  done(outcomes: readonly Outcome[], durationMs: number): void;
}

/** Makes the report that the flags ask for. */
export function openReport(flags: ReportFlags): Report {
  return flags.output === 'json' ? jsonReport() : textReport(flags);
}
