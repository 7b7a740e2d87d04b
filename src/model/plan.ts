import type { DeclarationId } from './declaration.ts';
import type { DesiredObject } from './desired.ts';
import type { JsonValue } from './json.ts';
import type { ObjectKey } from './object.ts';
import type { RecordedObject } from './record.ts';

/** What is to happen to one object. */
export type Action = 'create' | 'update' | 'recreate' | 'delete';

/** One field that an update changes. */
export interface FieldChange {
  /** Names from the root: map keys, and `[name=echo]` for an element of a keyed list. */
  readonly path: readonly string[];
  /**
   * `claim` begins to own a field that has the desired value already; `release` drops the field from
   * what Sisyphus owns while another manager keeps its value; `handover` does the same for a field
   * without another owner, by giving it one first.
   */
  readonly effect: 'add' | 'change' | 'remove' | 'claim' | 'release' | 'handover';
  /** The field managers that lose the field to this change, or keep it on `release`. */
  readonly managers: readonly string[];
  /** The value that goes, as far as the plan knows it; undefined where none does. */
  readonly current?: JsonValue;
}

/** Why a change may not be applied, and what a person can do about it. */
export interface Block {
  readonly reason: string;
  readonly advice: string;
}

/** One object's change in one cluster, with named copies of the object. */
export interface Change {
  readonly action: Action;
  readonly key: ObjectKey;
  readonly desired?: DesiredObject;
  readonly recorded?: RecordedObject;
  /** The object before and after as far as the change concerns it, without server-made noise. */
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  readonly fields: readonly FieldChange[];
  /** Why an update is a recreate, or why a tracked object is created again. */
  readonly reason?: string;
  readonly warnings: readonly string[];
  readonly block?: Block;
}

/** Something the plan's reader should know that changes nothing. */
export interface Notice {
  readonly key: ObjectKey;
  readonly message: string;
}

/** What a push does: data that can be printed, saved and applied. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly notices: readonly Notice[];
  /** Objects to drop from the database without touching a cluster. */
  readonly releases: readonly ObjectKey[];
  /** Unchanged objects that another declaration makes from now on. */
  readonly claims: readonly { readonly key: ObjectKey; readonly declaration: DeclarationId }[];
  /** Clusters whose part of the plan could not be made, by name. */
  readonly unavailable: Readonly<Record<string, string>>;
}
