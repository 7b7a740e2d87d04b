import type { Outcome } from '../apply/events.ts';
import { InternalError, SisyphusError } from '../model/errors.ts';
import type { Report } from './report.ts';
import { say } from './say.ts';
import {
  eventLine,
  type OutputLine,
  planLines,
  printJson,
  problemLine,
  resultLine,
} from './view/json.ts';

/** Reports as JSON lines on standard output, as docs/json-output.md describes them. */
export function jsonReport(): Report {
  const begun = performance.now();
  let ended: readonly Outcome[] = [];
  const print = (line: OutputLine) => process.stdout.write(`${printJson(line)}\n`);
  return {
    problems: (problems) => {
      for (const problem of problems) print(problemLine(problem));
    },
    error: (thrown) => {
      const isOurs = thrown instanceof SisyphusError;
      print(problemLine({ error: isOurs ? thrown : new InternalError(String(thrown), thrown) }));
    },
    plan: (shown) => {
      for (const line of planLines(shown.plan, shown)) print(line);
    },
    applying: async () => ({
      hear: (event) => print(eventLine(event)),
      done: (outcomes) => {
        ended = outcomes;
      },
    }),
    show: (view) => {
      for (const line of view.lines()) print(line);
    },
    say,
    end: (exitCode) => {
      print(resultLine({ outcomes: ended, durationMs: performance.now() - begun, exitCode }));
    },
  };
}
