import { isJsonObject, type JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/object.ts';

/** How an object is watched. */
export interface Watched {
  /** Reads the object; undefined where it does not exist. */
  read(): Promise<Manifest | undefined>;
  /** The events of the object since that version of it, for at most so long. */
  watch(since: Manifest, timeoutMs: number): AsyncIterable<JsonObject>;
  /** Takes the object from an event; undefined where it is not one. */
  receive(object: JsonObject): Manifest | undefined;
  pause(delayMs: number): Promise<void>;
}

/** After this a watch is opened anew: a connection that has died in silence tells of nothing. */
const LONGEST_WATCH_MS = 60_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** How a wait ended. */
export interface Waited {
  readonly done: boolean;
  /** The object as it was last seen; undefined where it does not exist. */
  readonly last: Manifest | undefined;
}

/**
 * Waits until an object (or its absence) is as it should be. It reads the object and then listens to
 * the server's events; where there is no event to be had (no permission to watch, no object yet, a
 * version too old to watch from) it reads again after a pause, which grows to two seconds.
 */
export async function waitUntil(
  watched: Watched,
  isDone: (object: Manifest | undefined) => boolean,
  timeoutMs: number,
): Promise<Waited> {
  const deadlineMs = performance.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const object = await watched.read();
    if (isDone(object)) return { done: true, last: object };
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) return { done: false, last: object };
    const seen = object && (await listen(watched, object, isDone, leftMs));
    if (seen?.done) return seen;
    await watched.pause(Math.max(0, Math.min(pauseMs, deadlineMs - performance.now())));
  }
}

async function listen(
  watched: Watched,
  object: Manifest,
  isDone: (object: Manifest | undefined) => boolean,
  leftMs: number,
): Promise<Waited | undefined> {
  for await (const event of watched.watch(object, Math.min(leftMs, LONGEST_WATCH_MS))) {
    const change = readEvent(event, watched);
    if (change === undefined) return undefined;
    if (isDone(change.object)) return { done: true, last: change.object };
  }
  return undefined;
}

/** Undefined for what is no change of the object: an error ends a watch. */
function readEvent(
  event: JsonObject,
  watched: Watched,
): { readonly object: Manifest | undefined } | undefined {
  if (event.type === 'DELETED') return { object: undefined };
  if (event.type !== 'ADDED' && event.type !== 'MODIFIED') return undefined;
  const object = isJsonObject(event.object) ? watched.receive(event.object) : undefined;
  return object && { object };
}
