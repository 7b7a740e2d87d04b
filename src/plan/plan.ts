import { type DeclarationId, declarationKey } from '../model/declaration.ts';
import type { DesiredObject } from '../model/desired.ts';
import { IMAGE_ANNOTATION } from '../model/image-annotation.ts';
import { type JsonObject, jsonEqual } from '../model/json.ts';
import {
  apiGroup,
  compareBytes,
  definedKind,
  formatObject,
  isSecret,
  keyId,
  type Manifest,
  type ObjectKey,
  sameObjectId,
} from '../model/object.ts';
import type { Change, FieldChange, Notice, Plan } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { type Comparison, compare, type Known } from './compare.ts';
import { isNamespace, matches, narrow, type ObjectFilter } from './filter.ts';
import { recreation } from './immutable.ts';
import { isPaused } from './maker.ts';
import { withUnseen } from './unseen.ts';

/** Objects as their clusters hold them now, by `sameObjectId`. */
export type LiveObjects = ReadonlyMap<string, Manifest>;

/** What a plan is made from. */
export interface PlanInput {
  /** Everything the repository wants, the filter not yet applied. */
  readonly desired: readonly DesiredObject[];
  /** Everything the database holds. */
  readonly recorded: readonly RecordedObject[];
  /** Paused declarations: their objects stay as they are. */
  readonly paused: readonly DeclarationId[];
  readonly filter: ObjectFilter;
  /**
   * By an image as it is resolved now, how the Original may have recorded the same one: it took the
   * digest of an index's first manifest for the index's. Left out where that is not in doubt.
   */
  readonly sameImages?: ReadonlyMap<string, readonly string[]>;
  /** What the clusters hold now; left out where a plan does without. */
  readonly live?: LiveObjects;
  /** Clusters that could not be asked for what the plan needed to know, with the reason. */
  readonly unavailable: Readonly<Record<string, string>>;
}

/** Compares what the repository wants with what was last applied. */
export function makePlan(input: PlanInput): Plan {
  const { filter, unavailable } = input;
  const available = ({ key }: { key: ObjectKey }) => !Object.hasOwn(unavailable, key.cluster);
  const recordedById = new Map(input.recorded.map((object) => [sameObjectId(object.key), object]));
  const desiredIds = new Set(input.desired.map((object) => sameObjectId(object.key)));

  const claims: Claim[] = [];
  const kept = narrow(input.desired, filter).filter(available);
  const changes = kept.flatMap((desired) => {
    const recorded = recordedById.get(sameObjectId(desired.key));
    const live = input.live?.get(sameObjectId(desired.key));
    const isGone = input.live !== undefined && live === undefined;
    if (recorded === undefined || isGone) return [creation(desired, recorded)];
    const same = input.sameImages?.get(desired.image ?? '') ?? [];
    const found = updates(desired, recorded, live, same);
    if (found.length === 0) claims.push(...claim(desired, recorded));
    return found;
  });
  const vanished = input.recorded.filter(
    (object) =>
      !desiredIds.has(sameObjectId(object.key)) &&
      !isPaused(object, input.paused) &&
      matches(filter, object.key) &&
      available(object),
  );
  const deletions = planDeletions(vanished, input.desired, input.recorded);
  const all = [...changes, ...deletions.changes];
  return { changes: all.sort(byPlace), ...deletions.rest, claims, unavailable };
}

type Claim = Plan['claims'][number];

function claim({ declaration }: DesiredObject, recorded: RecordedObject): Claim[] {
  if (declaration === undefined) return [];
  const known = recorded.declaration;
  const same = known !== undefined && declarationKey(known) === declarationKey(declaration);
  return same ? [] : [{ key: recorded.key, declaration }];
}

/** @param recorded what the database holds of an object that is gone from its cluster */
function creation(desired: DesiredObject, recorded: RecordedObject | undefined): Change {
  const { key, manifest } = desired;
  const gone = recorded === undefined ? {} : { recorded, reason: 'somebody deleted it' };
  return { action: 'create', key, desired, after: manifest, fields: [], warnings: [], ...gone };
}

function updates(
  desired: DesiredObject,
  recorded: RecordedObject,
  live: Manifest | undefined,
  sameImages: readonly string[],
): Change[] {
  if (isUntouched(desired, recorded, live)) return [];
  const { current, ...compared } = compareWithCluster(desired, recorded, live);
  const { fields } = compared;
  if (fields.every((field) => isSameImage(field, sameImages))) return [];
  const { key } = desired;
  const change = { ...compared, key, desired, recorded, warnings: [] };
  const anew = recreation(key, fields, current);
  if (anew === undefined) return [{ ...change, action: 'update' }];
  return [{ ...change, action: 'recreate', ...anew }];
}

/** Sent as it is wanted, and not touched since as far as anybody looked: there is nothing to compare. */
function isUntouched(
  { manifest }: DesiredObject,
  recorded: RecordedObject,
  live: Manifest | undefined,
): boolean {
  const isSent = recorded.isSent?.(manifest) || jsonEqual(recorded.sent, manifest);
  return isSent && (live === undefined || recorded.isAnswer?.(live) === true);
}

/** Another digest of the same image is no change of its own. */
function isSameImage({ path, current }: FieldChange, sameImages: readonly string[]): boolean {
  const isAnnotation = jsonEqual(path, ['metadata', 'annotations', IMAGE_ANNOTATION]);
  return isAnnotation && typeof current === 'string' && sameImages.includes(current);
}

/**
 * Compares what the repository wants with what is recorded of the object and, where that was read,
 * with what its cluster holds now.
 *
 * @returns the comparison, and the copy of the object that it starts from
 */
export function compareWithCluster(
  { key, manifest }: DesiredObject,
  recorded: Pick<RecordedObject, 'answer' | 'sent'>,
  live: Manifest | undefined,
): Comparison & { readonly current: Manifest } {
  const { sent } = recorded;
  // Not knowing a Secret's type must never mean recreating it, so the desired one stands in.
  const answer = withUnseen(recorded.answer, sent, manifest);
  const seen = live === undefined ? {} : { live: withUnseen(live, answer, manifest) };
  const known: Known = { answer, ...(sent && { sent }), ...seen };
  const compared = compare(manifest, known);
  const fields = compared.fields.filter((field) => !isKeptSecretKey(key, field));
  return { ...compared, fields, current: known.live ?? answer };
}

/** A key of a Secret that somebody else set as well simply stays; nothing is written for it. */
function isKeptSecretKey(key: ObjectKey, { effect, path }: FieldChange): boolean {
  return isSecret(key) && ['release', 'claim'].includes(effect) && path[0] === 'data';
}

/** Groups deletions: what goes, what is only dropped from the database, what stays and why. */
function planDeletions(
  vanished: readonly RecordedObject[],
  desired: readonly DesiredObject[],
  recorded: readonly RecordedObject[],
): { changes: Change[]; rest: { notices: Notice[]; releases: ObjectKey[] } } {
  const going = new Set(vanished.map(({ key }) => keyId(key)));
  const staying = [...desired, ...recorded.filter(({ key }) => !going.has(keyId(key)))];
  const inhabited = new Set(staying.map(({ key }) => `${key.cluster}|${key.namespace}`));
  const changes: Change[] = [];
  const notices: Notice[] = [];
  const releases: ObjectKey[] = [];
  for (const object of vanished) {
    const { key } = object;
    if (!isNamespace(key)) {
      changes.push(withBlock(deletion(object), desired));
    } else if (inhabited.has(`${key.cluster}|${key.name}`)) {
      notices.push({ key, message: 'kept, because objects that Sisyphus tracks live in it' });
    } else if (object.createdHere !== true) {
      notices.push({ key, message: 'kept, because Sisyphus did not create it' });
      releases.push(key);
    } else {
      changes.push(deletion(object));
    }
  }
  return { changes, rest: { notices, releases } };
}

/** A CRD takes its resources with it; those that are still declared would be gone and wanted. */
function withBlock(change: Change, desired: readonly DesiredObject[]): Change {
  const defined = definedKind(change.recorded?.answer);
  if (defined === undefined) return change;
  const left = desired.find(
    ({ key }) =>
      key.cluster === change.key.cluster &&
      key.kind === defined.kind &&
      apiGroup(key.apiVersion) === defined.group,
  );
  if (left === undefined) return change;
  const reason = `${formatObject(left.key)} is still declared, and would be deleted with it`;
  const advice = 'remove its resources from the repository first, or declare the definition again';
  return { ...change, block: { reason, advice } };
}

const DELETE_WARNINGS: Readonly<Record<string, string>> = {
  CustomResourceDefinition: 'every custom resource of its kind is deleted with it',
  Namespace: 'everything that is left in it is deleted with it',
  PersistentVolumeClaim: 'the data in its volume may be deleted with it',
};

function deletion(recorded: RecordedObject): Change {
  const { key, sent, answer } = recorded;
  const warning = DELETE_WARNINGS[key.kind];
  return {
    action: 'delete',
    key,
    recorded,
    before: sent ?? withoutServerFields(answer),
    fields: [],
    warnings: warning === undefined ? [] : [warning],
  };
}

/** A recorded object without what only the server writes. */
function withoutServerFields(answer: Manifest): JsonObject {
  const { status: _status, metadata, ...rest } = answer as Manifest & JsonObject;
  const { name, namespace, labels, annotations } = metadata as JsonObject;
  const kept = { name, namespace, labels, annotations };
  const present = Object.entries(kept).filter(([, value]) => value !== undefined);
  return { ...rest, metadata: Object.fromEntries(present) as JsonObject };
}

/** Orders changes as a plan is read: by cluster, namespace, kind, name. */
function byPlace(a: Change, b: Change): number {
  return (
    compareBytes(a.key.cluster, b.key.cluster) ||
    compareBytes(a.key.namespace, b.key.namespace) ||
    compareBytes(a.key.kind, b.key.kind) ||
    compareBytes(a.key.name, b.key.name)
  );
}

/** True where a push of this plan has something to do in a cluster. */
export function hasChanges(plan: Plan): boolean {
  return plan.changes.length > 0;
}
