import { declarationKey } from '../model/declaration.ts';
import type { DesiredObject } from '../model/desired.ts';
import type { JsonObject } from '../model/json.ts';
import {
  compareBytes,
  isSecret,
  keyId,
  type Manifest,
  type ObjectKey,
  sameObjectId,
} from '../model/object.ts';
import type { Change, Notice, Plan } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { compare } from './compare.ts';
import { isNamespace, matches, narrow, type ObjectFilter } from './filter.ts';
import { recreation } from './immutable.ts';

/** Objects as their clusters hold them now, by `sameObjectId`. */
export type LiveObjects = ReadonlyMap<string, Manifest>;

/** What a plan is made from. */
export interface PlanInput {
  /** Everything the repository wants, the filter not yet applied. */
  readonly desired: readonly DesiredObject[];
  /** Everything the database holds. */
  readonly recorded: readonly RecordedObject[];
  /** Keys (`declarationKey`) of paused declarations: their objects stay as they are. */
  readonly paused: ReadonlySet<string>;
  readonly filter: ObjectFilter;
  /** What the clusters hold now; left out where a plan does without. */
  readonly live?: LiveObjects;
  /** Clusters that could not be asked for what the plan needed to know, with the reason. */
  readonly unavailable: Readonly<Record<string, string>>;
}

/** Compares what the repository wants with what was last applied. */
export function makePlan(input: PlanInput): Plan {
  const { filter, unavailable } = input;
  const isPaused = ({ declaration }: RecordedObject) =>
    declaration !== undefined && input.paused.has(declarationKey(declaration));
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
    const found = updates(desired, recorded, live);
    if (found.length === 0) claims.push(...claim(desired, recorded));
    return found;
  });
  const vanished = input.recorded.filter(
    (object) =>
      !desiredIds.has(sameObjectId(object.key)) &&
      !isPaused(object) &&
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
): Change[] {
  const { sent, answer } = recorded;
  const seen = live === undefined ? {} : { live: withUnseen(live, answer) };
  const known = { answer, ...(sent && { sent }), ...seen };
  const { fields, before, after } = compare(desired.manifest, known);
  if (fields.length === 0) return [];
  const { key } = desired;
  const change = { key, desired, recorded, before, after, fields, warnings: [] };
  const anew = recreation(key, fields, known.live ?? answer);
  if (anew === undefined) return [{ ...change, action: 'update' }];
  return [{ ...change, action: 'recreate', ...anew }];
}

/** A Secret is read without its type and without whether it is immutable; neither can change. */
function withUnseen(live: Manifest, answer: Manifest): Manifest {
  if (!isSecret(live)) return live;
  const { type, immutable } = answer as Manifest & JsonObject;
  const unseen = {
    ...(type !== undefined && { type }),
    ...(immutable !== undefined && { immutable }),
  };
  return { ...live, ...unseen };
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
      changes.push(deletion(object));
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
