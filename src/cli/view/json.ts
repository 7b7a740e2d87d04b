import type { ApplyEvent, Outcome } from '../../apply/events.ts';
import type { SisyphusError } from '../../model/errors.ts';
import type { Pause } from '../../model/pause.ts';
import type { Change, FieldChange, Notice, Plan } from '../../model/plan.ts';
import type { Problem } from '../../model/problem.ts';
import { formatPath } from '../../plan/field-path.ts';
import { countPlan } from './plan-counts.ts';
import type { PlanScope } from './plan-text.ts';

/** The version of the lines' schema; it grows when a reader of the old one would go wrong. */
const VERSION = 1;

/** One line of `--output json`, as docs/json-output.md describes it; undefined fields are left out. */
export interface OutputLine {
  readonly type: string;
  readonly version: typeof VERSION;
  readonly [field: string]: unknown;
}

/** A plan as lines: its summary, then each change, each notice, and what is paused. */
export function planLines(plan: Plan, scope: PlanScope): OutputLine[] {
  const { blocked, clusters, ...actions } = countPlan(plan);
  const summary = {
    objects: scope.objects,
    clusters: scope.clusters,
    counts: { ...actions, blocked },
    unavailable: unavailableOf(plan),
    massDeletes: scope.massDeletes,
    releases: plan.releases,
    claims: plan.claims,
  };
  return [
    made('plan', summary),
    ...plan.changes.map(changeLine),
    ...plan.notices.map(noticeLine),
    ...scope.paused.map(pausedLine),
  ];
}

/** The clusters that something does without. */
export function unavailableOf({ unavailable }: Pick<Plan, 'unavailable'>) {
  return Object.entries(unavailable).map(([cluster, reason]) => ({ cluster, reason }));
}

/** Something that is left alone, as a line. */
export function noticeLine({ key, message }: Notice): OutputLine {
  return made('notice', { ...key, message });
}

function pausedLine({ declaration, createdAt, createdBy, reason }: Pause): OutputLine {
  return made('paused', { declaration, since: createdAt, by: createdBy, reason });
}

/** What is to happen, or did, to one object, as a line. */
export function changeLine(change: Change): OutputLine {
  const { desired, recorded } = change;
  return made('change', {
    ...named(change),
    declaration: desired?.declaration ?? recorded?.declaration,
    ...desired?.position,
    image: desired?.image,
    fields: change.fields.map(fieldOf),
    before: change.before,
    after: change.after,
    reason: change.reason,
    warnings: change.warnings,
    block: change.block,
  });
}

function fieldOf({ path, effect, managers }: FieldChange) {
  return { path: formatPath(path), effect, managers };
}

/** What an apply tells, as a line. */
export function eventLine(event: ApplyEvent): OutputLine {
  if (event.type === 'started') return made('started', named(event.change));
  const { outcome } = event;
  return made('finished', {
    outcome: outcome.type,
    ...named(outcome.change),
    ...endOf(outcome),
  });
}

function endOf(outcome: Outcome) {
  if (outcome.type === 'applied') {
    const { durationMs, taken, note } = outcome;
    return { durationMs: Math.round(durationMs), taken, note };
  }
  if (outcome.type === 'failed') return { error: errorOf(outcome.error) };
  return { reason: outcome.reason };
}

/** One error of the repository, the images or the programs, as a line. */
export function problemLine({ error, declaration }: Problem): OutputLine {
  return made('problem', { ...errorOf(error), declaration });
}

function errorOf({ code, message, position, hint, detail }: SisyphusError) {
  return { code, message, ...position, hint, detail };
}

/** How a command ended. */
export interface Result {
  readonly outcomes: readonly Outcome[];
  readonly durationMs: number;
  readonly exitCode: number;
}

/** The last line of every command. */
export function resultLine({ outcomes, durationMs, exitCode }: Result): OutputLine {
  const of = (type: Outcome['type']) => outcomes.filter((outcome) => outcome.type === type).length;
  return made('result', {
    exitCode,
    durationMs: Math.round(durationMs),
    counts: {
      applied: of('applied'),
      failed: of('failed'),
      blocked: of('blocked'),
      kept: of('kept'),
      skipped: of('skipped'),
    },
  });
}

function named({ action, key }: Change) {
  const { cluster, apiVersion, kind, namespace, name } = key;
  return { action, cluster, apiVersion, kind, namespace, name };
}

/** A line of a type. */
export function made(type: string, fields: object): OutputLine {
  return { type, version: VERSION, ...fields };
}

/** Characters that JSON may hold as they are but a terminal might obey. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Prints one line, without the newline. It is safe to look at in a terminal. */
export function printJson(line: OutputLine): string {
  return JSON.stringify(line).replace(UNSAFE, (char) => char.split('').map(escapeUnit).join(''));
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
