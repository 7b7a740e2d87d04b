import type { DeclarationId } from './declaration.ts';
import type { Manifest, ObjectKey } from './object.ts';
import type { Action } from './plan.ts';

/** A change of one object that is about to be made. */
export interface Intent {
  readonly action: Action;
  readonly key: ObjectKey;
  /** The manifest to be sent, a Secret's values masked; undefined for a delete. */
  readonly sent?: Manifest;
  readonly declaration?: DeclarationId;
  /** The config image it was rendered from. */
  readonly image?: string;
  /** The uid of the recorded object that is changed or deleted. */
  readonly uid?: string;
  /** The key under which the object was recorded, where it is another one. */
  readonly replaces?: ObjectKey;
}
