import { UNKNOWN_MANAGER } from '../model/field-manager.ts';
import { type Manifest, valueAt } from '../model/object.ts';
import { type ApiAnswer, header } from './transport.ts';

/** Times of creation are in whole seconds. */
const TOLERANCE_MS = 2_000;

/**
 * Whether an object that stood there at the last attempt came into being by an earlier one, whose
 * answer got lost: it is no older than our first attempt, by the server's own clock, and bears our
 * field manager's name, or nobody's: an apply that sets no field leaves none.
 */
export function cameFromLostAttempt(
  object: Manifest,
  answer: ApiAnswer | undefined,
  manager: string,
): boolean {
  if (answer === undefined || answer.attempts === 1) return false;
  const createdAtMs = Date.parse(String(valueAt(object, 'metadata', 'creationTimestamp')));
  const ageMs = Date.parse(header(answer, 'date') ?? '') - createdAtMs;
  const managed = valueAt(object, 'metadata', 'managedFields');
  const entries = Array.isArray(managed) ? managed : [];
  const managers = entries.map((entry) => valueAt(entry, 'manager'));
  const isOurs = managers.includes(manager) || managers.every((name) => name === UNKNOWN_MANAGER);
  return isOurs && ageMs <= answer.elapsedMs + TOLERANCE_MS;
}
