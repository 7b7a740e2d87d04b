import type { DesiredObject } from '../model/desired.ts';
import { keyId, type Manifest, valueAt } from '../model/object.ts';
import type { Change, Plan } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { recordDigest } from './canonical.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { PlanOrigin, RecordedVersion, SavedChange, SavedPlan } from './saved-plan.ts';

/**
 * Makes of a plan what a file keeps of it.
 *
 * @param recorded everything that the database holds
 */
export async function toSavedPlan(
  plan: Plan,
  recorded: readonly RecordedObject[],
  origin: PlanOrigin,
): Promise<SavedPlan> {
  const versions = new Map(recorded.map((object) => [keyId(object.key), object]));
  const versionsOf = (keys: readonly RecordedObject['key'][]) =>
    keys.flatMap((key) => versions.get(keyId(key)) ?? []).map(versionOf);
  const values = await fingerprintOf(plan.changes);
  return {
    ...origin,
    changes: plan.changes.map(toSavedChange),
    notices: plan.notices,
    releases: versionsOf(plan.releases),
    claims: plan.claims.flatMap(({ key, declaration }) =>
      versionsOf([key]).map((version) => ({ recorded: version, declaration })),
    ),
    unavailable: plan.unavailable,
    ...(values && { values }),
  };
}

function toSavedChange({ desired, recorded, after: _manifest, ...change }: Change): SavedChange {
  return {
    ...change,
    ...(desired && { desired: withoutValues(desired) }),
    ...(recorded && { recorded: versionOf(recorded) }),
  };
}

function withoutValues({ key: _key, secret: _secret, ...kept }: DesiredObject) {
  return kept;
}

function versionOf(object: RecordedObject): RecordedVersion {
  const { key, answer, declaration } = object;
  const text = (field: string) => {
    const value = valueAt(answer, 'metadata', field);
    return typeof value === 'string' ? { [field]: value } : {};
  };
  return {
    key,
    ...text('uid'),
    ...text('resourceVersion'),
    ...(declaration && { declaration }),
    digest: recordDigest(object),
  };
}

/**
 * Makes a plan of what a file keeps of it, without values of Secrets.
 *
 * @param recordedOf gives the recorded object of a version; what the file tells of it unless given
 */
export function toPlan(
  saved: SavedPlan,
  recordedOf: (version: RecordedVersion) => RecordedObject = asRemembered,
): Plan {
  const { notices, releases, claims, unavailable } = saved;
  return {
    changes: saved.changes.map((change) => toChange(change, recordedOf)),
    notices,
    releases: releases.map(({ key }) => key),
    claims: claims.map(({ recorded, declaration }) => ({ key: recorded.key, declaration })),
    unavailable,
  };
}

function toChange(
  { desired, recorded, ...change }: SavedChange,
  recordedOf: (version: RecordedVersion) => RecordedObject,
): Change {
  return {
    ...change,
    ...(desired && { desired: { ...desired, key: change.key }, after: desired.manifest }),
    ...(recorded && { recorded: recordedOf(recorded) }),
  };
}

/** A recorded object as far as a plan file tells: enough to show, not to apply. */
function asRemembered({ key, uid, resourceVersion, declaration }: RecordedVersion): RecordedObject {
  const { apiVersion, kind, name, namespace } = key;
  const metadata = {
    name,
    namespace,
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
  };
  const answer: Manifest = { apiVersion, kind, metadata };
  return { key, answer, ...(declaration && { declaration }) };
}
