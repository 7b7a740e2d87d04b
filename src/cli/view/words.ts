import type { Pause } from '../../model/pause.ts';
import type { Action } from '../../model/plan.ts';

/** Prints a duration: `0.2 s`, `2 min 5 s`. */
export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** What was done to an object. */
export const DONE: Readonly<Record<Action, string>> = {
  create: 'created',
  update: 'updated',
  recreate: 'recreated',
  delete: 'deleted',
};

/** ` by ada`; nothing where it is not known. */
export function by(username: string | undefined): string {
  return username === undefined ? '' : ` by ${username}`;
}

/** Since when, by whom and why a declaration is paused. */
export function pausedSince({ createdAt, createdBy, reason }: Pause): string {
  return `paused since ${createdAt}${by(createdBy)}: ${reason}`;
}
