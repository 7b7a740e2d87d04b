import type { DeclarationId } from '../model/declaration.ts';
import { IMAGE_ANNOTATION } from '../model/image-annotation.ts';
import { compareBytes, type ObjectKey, valueAt } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';
import { appliedAt } from '../plan/applied-at.ts';
import type { PastEntry } from '../state/port.ts';
import { type DeclarationFacts, lookUp } from './declarations.ts';
import type { House } from './house.ts';

/** How a declaration stands. */
export interface DeclarationStatus extends DeclarationFacts {
  /** By cluster, kind and name. */
  readonly objects: readonly ObjectStatus[];
  /** The last attempt to roll an image out in each cluster, the newest first. */
  readonly latest: readonly PastEntry[];
}

/** How an object was left by the last apply. */
export interface ObjectStatus {
  readonly key: ObjectKey;
  /** The config image, of the object that bears its name. */
  readonly image?: string;
  /** ISO 8601 in UTC; undefined where Sisyphus never applied the object. */
  readonly appliedAt?: string;
}

/**
 * Tells what the database knows of a declaration, and whether the repository has it.
 *
 * @throws UserError `unknown-declaration`
 */
export async function declarationStatus(
  house: House,
  id: DeclarationId,
): Promise<DeclarationStatus> {
  const facts = await lookUp(house, id);
  const latest = await house.state.history(id, 1);
  return { ...facts, objects: facts.recorded.map(objectStatus).sort(byPlace), latest };
}

function objectStatus({ key, sent, answer }: RecordedObject): ObjectStatus {
  const image = valueAt(sent ?? answer, 'metadata', 'annotations', IMAGE_ANNOTATION);
  const at = appliedAt(answer);
  return {
    key,
    ...(typeof image === 'string' && { image }),
    ...(at !== undefined && { appliedAt: at }),
  };
}

function byPlace({ key: a }: ObjectStatus, { key: b }: ObjectStatus): number {
  return (
    compareBytes(a.cluster, b.cluster) ||
    compareBytes(a.kind, b.kind) ||
    compareBytes(a.namespace, b.namespace) ||
    compareBytes(a.name, b.name)
  );
}
