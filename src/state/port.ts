import type { DeclarationId } from '../model/declaration.ts';
import type { ObjectKey } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';

/** Who changes the database. */
export interface Actor {
  /** `SISYPHUS_USERNAME`, else the login name. */
  readonly username: string;
  /** `SISYPHUS_USER_ID`, where it is set. */
  readonly userId?: string;
}

/** One entry of an object's history: an attempt to roll an image out. */
export interface HistoryEntry {
  readonly key: ObjectKey;
  /** The config image's resolved reference. */
  readonly image: string;
  readonly outcome: 'succeeded' | 'failed';
}

/** A paused declaration. */
export interface Pause {
  readonly declaration: DeclarationId;
  readonly reason: string;
  readonly createdBy?: string;
  /** ISO 8601 in UTC: `2026-11-21T00:30:02Z`. */
  readonly createdAt: string;
}

/**
 * What the database remembers. Every method that writes is one transaction. Nothing given to it holds
 * a Secret's value.
 */
export interface State {
  /** Every tracked object. */
  objects(): Promise<readonly RecordedObject[]>;

  /** Records an applied object in place of what was known under its key or under `replaces`. */
  record(object: RecordedObject, replaces?: ObjectKey): Promise<void>;

  /** Drops an object. */
  forget(key: ObjectKey): Promise<void>;

  /** Notes that another declaration makes an object from now on. */
  claim(key: ObjectKey, declaration: DeclarationId): Promise<void>;

  /** Appends to the history. */
  addHistory(entry: HistoryEntry): Promise<void>;

  /** Every paused declaration. */
  pauses(): Promise<readonly Pause[]>;

  /** The monitor directory this database serves; undefined in a new one. */
  repository(): Promise<string | undefined>;

  /** Makes this database serve a monitor directory. */
  setRepository(identity: string): Promise<void>;

  close(): Promise<void>;
}
