import type { Plan } from '../model/plan.ts';
import { printError } from './print-error.ts';
import type { ApplyListener, Report, ReportFlags } from './report.ts';
import { say } from './say.ts';
import { formatPlan } from './view/plan-text.ts';
import { formatProblems } from './view/problems-text.ts';
import type { LiveProgress } from './view/progress-live.tsx';
import { formatEvent } from './view/progress-text.ts';
import { canDraw, wantsColor } from './view/style.ts';
import { formatSummary } from './view/summary.ts';

/** Reports as text: plan and result on standard output, errors on standard error. */
export function textReport(flags: ReportFlags): Report {
  const { env, stdout, stderr } = process;
  const color = wantsColor(stdout, env);
  const print = (text: string) => stdout.write(`${text}\n`);
  return {
    problems: (problems, consequence) => {
      const text = formatProblems(problems, consequence, { color: wantsColor(stderr, env) });
      stderr.write(`${text}\n`);
    },
    error: printError,
    plan: (shown) => {
      const { groupBy = 'object', full = false } = flags;
      print(formatPlan(shown.plan, shown, { color, groupBy, full }));
    },
    applying: async ({ changes }) => {
      const listener = canDraw(stdout, env)
        ? await drawingListener(changes, color)
        : plainListener(changes, color, print);
      return {
        hear: listener.onEvent,
        done: (outcomes, durationMs) => {
          listener.stop();
          print(formatSummary(outcomes, durationMs, { color }));
        },
      } satisfies ApplyListener;
    },
    show: (view) => {
      const text = view.text({ color });
      if (text !== '') print(text);
    },
    say,
    end: () => undefined,
  };
}

/** Draws at a terminal. Ink takes a while to load: a plan that is not applied goes without it. */
async function drawingListener(changes: Plan['changes'], color: boolean): Promise<LiveProgress> {
  const { startLiveProgress } = await import('./view/progress-live.tsx');
  return startLiveProgress({ changes, stream: process.stdout, color });
}

/** Lines for each change as it ends, where nothing can be drawn. */
function plainListener(
  changes: Plan['changes'],
  color: boolean,
  print: (text: string) => void,
): LiveProgress {
  const clusters = [...new Set(changes.map((change) => change.key.cluster))];
  return {
    onEvent: (event) => {
      // What was not tried is listed at the end, with the reasons.
      if (event.type === 'finished' && event.outcome.type === 'skipped') return;
      const text = formatEvent(event, { color, clusters });
      if (text !== undefined) print(text);
    },
    stop: () => undefined,
  };
}
