import type { Attempt } from '../../reconcile/history.ts';
import type { DeclarationStatus } from '../../reconcile/status.ts';
import { made, type OutputLine } from './json.ts';

/** A declaration's status as lines: itself, its recorded objects, the last attempt in each cluster. */
export function statusLines(status: DeclarationStatus): OutputLine[] {
  const { id, isDeclared, position, pause, objects, latest } = status;
  return [
    made('status', {
      declaration: id,
      declared: isDeclared,
      ...position,
      pause: pause && { since: pause.createdAt, by: pause.createdBy, reason: pause.reason },
    }),
    ...objects.map(({ key, image, appliedAt }) => made('object', { ...key, image, appliedAt })),
    ...latest.map(attemptLine),
  ];
}

/** Attempts as lines. @param diff with what each attempt and the one before it sent */
export function historyLines(attempts: readonly Attempt[], diff: boolean): OutputLine[] {
  return attempts.map((attempt) => ({
    ...attemptLine(attempt),
    ...(diff && { before: attempt.before, after: attempt.manifest }),
  }));
}

function attemptLine({ key, at, username, outcome, image }: Attempt): OutputLine {
  return made('history', { ...key, at, by: username, outcome, image });
}
