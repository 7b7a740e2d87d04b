import type { Cluster, Written } from '../cluster/port.ts';
import type { DesiredObject } from '../model/desired.ts';
import { InternalError, SisyphusError } from '../model/errors.ts';
import { formatObject, isSecret } from '../model/object.ts';
import type { Change } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { isNamespace } from '../plan/filter.ts';
import type { State } from '../state/port.ts';
import type { Outcome } from './events.ts';
import { removeObject, uidOf } from './remove-object.ts';
import { type Applied, writeObject } from './write-object.ts';
import { writeSecret } from './write-secret.ts';

const GONE_TIMEOUT_MS = 120_000;

/** What a change is carried out with. */
export interface ApplyContext {
  readonly clusterOf: (name: string) => Cluster;
  readonly state: Pick<State, 'record' | 'forget' | 'addHistory'>;
  /**
   * Looks into a Namespace right before it is deleted.
   *
   * @returns why it must stay, or undefined
   */
  readonly whyKeep: (change: Change) => Promise<string | undefined>;
}

/** Carries out one change and records it. Every failure comes back as an outcome. */
export async function applyChange(change: Change, context: ApplyContext): Promise<Outcome> {
  const begun = performance.now();
  try {
    const outcome = await carryOut(change, context);
    if (outcome.type !== 'applied') return outcome;
    return { ...outcome, durationMs: performance.now() - begun };
  } catch (thrown) {
    const error = describe(change, thrown);
    await noteFailure(change, context);
    return { type: 'failed', change, error };
  }
}

async function carryOut(change: Change, context: ApplyContext): Promise<Outcome> {
  const cluster = context.clusterOf(change.key.cluster);
  const applied = { type: 'applied', change, taken: [], durationMs: 0 } as const;
  const { desired, recorded } = change;
  if (desired === undefined) {
    const kept = isNamespace(change.key) ? await context.whyKeep(change) : undefined;
    if (kept !== undefined) return { type: 'kept', change, reason: kept };
    if (recorded !== undefined) await removeObject(cluster, recorded);
    await context.state.forget(change.key);
    return applied;
  }
  if (change.action === 'recreate' && recorded !== undefined) {
    await removeObject(cluster, recorded);
    await cluster.waitUntilGone(recorded.key, uidOf(recorded), GONE_TIMEOUT_MS);
  }
  const written = await write(cluster, desired, change);
  await record(change, desired, written, context);
  return { ...applied, taken: written.taken };
}

async function write(cluster: Cluster, desired: DesiredObject, change: Change): Promise<Applied> {
  if (!isSecret(desired.key)) return await writeObject(cluster, desired, change.fields);
  const written = await writeSecret(cluster, desired, change.action === 'update');
  return { ...written, taken: [] };
}

async function record(
  change: Change,
  desired: DesiredObject,
  { object, created }: Written,
  { state }: ApplyContext,
): Promise<void> {
  const { key, manifest, declaration, image } = desired;
  const createdHere = created || (change.action === 'update' && change.recorded?.createdHere);
  const recorded: RecordedObject = {
    key,
    answer: object,
    sent: manifest,
    createdHere: createdHere === true,
    ...(declaration === undefined ? {} : { declaration }),
  };
  await state.record(recorded, change.recorded?.key);
  if (image !== undefined) await state.addHistory({ key, image, outcome: 'succeeded' });
}

/** A failed rollout belongs into the history; that it cannot be written there is the lesser trouble. */
async function noteFailure({ desired }: Change, { state }: ApplyContext): Promise<void> {
  if (desired?.image === undefined) return;
  const { key, image } = desired;
  await state.addHistory({ key, image, outcome: 'failed' }).catch(() => undefined);
}

function describe(change: Change, thrown: unknown): SisyphusError {
  if (thrown instanceof SisyphusError) return thrown;
  return new InternalError(`${formatObject(change.key)} failed unexpectedly`, thrown);
}
