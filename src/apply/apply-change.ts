import { ApiError } from '../cluster/errors.ts';
import type { Cluster } from '../cluster/port.ts';
import type { DesiredObject } from '../model/desired.ts';
import { InternalError, ServiceError, SisyphusError } from '../model/errors.ts';
import type { Intent } from '../model/intent.ts';
import { formatObject, isSecret, valueAt } from '../model/object.ts';
import type { Change } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { isNamespace } from '../plan/filter.ts';
import type { EntryId, JournalEntry, State } from '../state/port.ts';
import type { Outcome } from './events.ts';
import { ownByApply } from './ownership.ts';
import { makeRoom } from './recreate-object.ts';
import { removeObject, uidOf } from './remove-object.ts';
import { settleEntry } from './settle-entry.ts';
import { type Applied, writeObject } from './write-object.ts';
import { writeSecret } from './write-secret.ts';

/** What a change is carried out with. */
export interface ApplyContext {
  readonly clusterOf: (name: string) => Cluster;
  readonly state: Pick<State, 'begin' | 'abandon' | 'record' | 'forget' | 'addHistory'>;
  /**
   * Looks into a Namespace right before it is deleted.
   *
   * @returns why it must stay, or undefined
   */
  readonly whyKeep: (change: Change) => Promise<string | undefined>;
}

/**
 * Carries out one change: notes it in the journal, makes it, and records how it ended. Every failure
 * comes back as an outcome.
 */
export async function applyChange(change: Change, context: ApplyContext): Promise<Outcome> {
  const begunMs = performance.now();
  try {
    const kept = await whyKept(change, context);
    if (kept !== undefined) return { type: 'kept', change, reason: kept };
    const intent = intentOf(change);
    const entry = await context.state.begin(intent);
    try {
      const outcome = await carryOut(change, context, entry);
      if (outcome.type !== 'applied') return outcome;
      return { ...outcome, durationMs: performance.now() - begunMs };
    } catch (thrown) {
      await close(change, { ...intent, id: entry, begunAt: '' }, thrown, context);
      throw thrown;
    }
  } catch (thrown) {
    return { type: 'failed', change, error: describe(change, thrown) };
  }
}

async function whyKept(change: Change, context: ApplyContext): Promise<string | undefined> {
  const isCandidate = change.action === 'delete' && isNamespace(change.key);
  return isCandidate ? await context.whyKeep(change) : undefined;
}

function intentOf({ action, key, desired, recorded }: Change): Intent {
  const { manifest: sent, declaration, image } = desired ?? {};
  const uid = uidOf(recorded?.answer);
  return {
    action,
    key: desired?.key ?? key,
    ...(sent === undefined ? {} : { sent }),
    ...(declaration === undefined ? {} : { declaration }),
    ...(image === undefined ? {} : { image }),
    ...(uid === undefined ? {} : { uid }),
    ...(recorded === undefined ? {} : { replaces: recorded.key }),
  };
}

async function carryOut(change: Change, context: ApplyContext, entry: EntryId): Promise<Outcome> {
  const cluster = context.clusterOf(change.key.cluster);
  const { desired, recorded } = change;
  const applied = { type: 'applied', change, taken: [], durationMs: 0 } as const;
  if (desired !== undefined) {
    if (change.action === 'recreate' && recorded !== undefined) {
      await makeRoom(cluster, desired, recorded);
    }
    const written = await write(cluster, desired, change);
    await record(change, desired, written, context, entry);
    return { ...applied, taken: written.taken };
  }
  const removal = recorded === undefined ? 'deleted' : await removeObject(cluster, recorded);
  await context.state.forget(change.key, entry);
  if (removal !== 'deleted') {
    return { type: 'kept', change, reason: `${removal}; Sisyphus no longer tracks it` };
  }
  const note = finalizerNote(recorded);
  return { ...applied, ...(note === undefined ? {} : { note }) };
}

async function write(cluster: Cluster, desired: DesiredObject, change: Change): Promise<Applied> {
  if (!isSecret(desired.key)) {
    if (isAdopted(change)) await adopt(cluster, desired);
    return await writeObject(cluster, desired, change.fields);
  }
  const written = await writeSecret(cluster, desired, change.action === 'update');
  return { ...written, taken: [] };
}

/** Recorded, but never sent by this program: the Original's, or imported. */
function isAdopted({ action, recorded }: Change): boolean {
  return action === 'update' && recorded !== undefined && recorded.sent === undefined;
}

/** Takes over what was written before in a way that an apply could never undo. */
async function adopt(cluster: Cluster, { key }: DesiredObject): Promise<void> {
  const live = await cluster.get(key);
  if (live !== undefined) await ownByApply(cluster, key, live);
}

async function record(
  { recorded }: Change,
  { key, manifest, declaration, image }: DesiredObject,
  { object, created }: Applied,
  { state }: ApplyContext,
  entry: EntryId,
): Promise<void> {
  // Only the very object that was recorded inherits from it.
  const isSame = uidOf(object) !== undefined && uidOf(object) === uidOf(recorded?.answer);
  const createdHere = created || (isSame && recorded?.createdHere === true);
  const applied: RecordedObject = {
    key,
    answer: object,
    sent: manifest,
    createdHere,
    ...(declaration === undefined ? {} : { declaration }),
  };
  await state.record(applied, {
    entry,
    ...(recorded === undefined ? {} : { replaces: recorded.key }),
    ...(image === undefined ? {} : { image }),
  });
}

/** Closes the journal's entry of a failed change. What stays open, the next command looks into. */
async function close(
  change: Change,
  entry: JournalEntry,
  thrown: unknown,
  context: ApplyContext,
): Promise<void> {
  const { key, image, sent } = entry;
  const manifest = sent === undefined ? {} : { manifest: sent };
  const failed =
    image === undefined ? undefined : { key, image, outcome: 'failed' as const, ...manifest };
  try {
    if (isRefusal(thrown) && change.action !== 'recreate' && !isSecret(key)) {
      await context.state.abandon(entry.id, failed);
      return;
    }
    if (!(thrown instanceof ApiError)) return;
    await settleEntry(entry, change.recorded, context.clusterOf(key.cluster), context.state);
    if (failed !== undefined) await context.state.addHistory(failed);
  } catch {
    // The change's own error is the one to tell; the entry stays open.
  }
}

/** The server surely changed nothing. */
function isRefusal(thrown: unknown): boolean {
  return thrown instanceof ApiError && thrown.status >= 400 && thrown.status < 500;
}

/** Says what keeps a deleted object from being gone. */
function finalizerNote(recorded: RecordedObject | undefined): string | undefined {
  const finalizers = valueAt(recorded?.answer, 'metadata', 'finalizers');
  if (!Array.isArray(finalizers) || finalizers.length === 0) return undefined;
  return `it goes when these are done with it: ${finalizers.join(', ')}`;
}

function describe(change: Change, thrown: unknown): SisyphusError {
  const { key, desired } = change;
  if (thrown instanceof ApiError && thrown.status === 404 && desired && key.namespace !== '') {
    return new ServiceError(thrown.message, {
      code: thrown.code,
      cause: thrown,
      hint: 'if somebody deleted its namespace, push --live makes that again',
    });
  }
  if (thrown instanceof SisyphusError) return thrown;
  return new InternalError(`${formatObject(key)} failed unexpectedly`, thrown);
}
