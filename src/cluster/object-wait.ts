import { formatObject, type Manifest, type ObjectKey, valueAt } from '../model/object.ts';
import { WaitTimeoutError } from './errors.ts';
import { type Watched, waitUntil } from './wait.ts';

/**
 * Waits until an object is gone, or another one of its name stands there.
 *
 * @param uid of the object; the one that is there first where it is undefined
 * @throws WaitTimeoutError that names the finalizers which hold it
 */
export async function waitUntilGone(
  watched: Watched,
  key: ObjectKey,
  uid: string | undefined,
  timeoutMs: number,
): Promise<void> {
  let awaited = uid;
  const isGone = (object: Manifest | undefined) => {
    const seen = uidOf(object);
    awaited ??= seen;
    return seen === undefined || seen !== awaited;
  };
  const { done, last } = await waitUntil(watched, isGone, timeoutMs);
  if (done) return;
  const finalizers = valueAt(last, 'metadata', 'finalizers');
  const held = Array.isArray(finalizers) ? `, held by its finalizers ${finalizers.join(', ')}` : '';
  throw inVain(key, timeoutMs, `is still there${held},`, last);
}

/**
 * Waits until an object satisfies a condition.
 *
 * @throws WaitTimeoutError
 */
export async function waitFor(
  watched: Watched,
  key: ObjectKey,
  condition: (object: Manifest) => boolean,
  timeoutMs: number,
): Promise<Manifest> {
  const isDone = (object: Manifest | undefined) => object !== undefined && condition(object);
  const { done, last } = await waitUntil(watched, isDone, timeoutMs);
  if (done && last !== undefined) return last;
  const state = last === undefined ? 'does not exist' : 'has not become what was awaited';
  throw inVain(key, timeoutMs, state, last);
}

function uidOf(object: Manifest | undefined): string | undefined {
  const uid = valueAt(object, 'metadata', 'uid');
  return typeof uid === 'string' ? uid : undefined;
}

function inVain(
  key: ObjectKey,
  timeoutMs: number,
  state: string,
  last: Manifest | undefined,
): WaitTimeoutError {
  const object = `${formatObject(key)} in cluster ${key.cluster}`;
  const message = `${object} ${state} after ${timeoutMs / 1_000} s`;
  return new WaitTimeoutError(message, last);
}
