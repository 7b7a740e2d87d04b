/** A time as every database gives it, in UTC: `2026-11-21 00:30:02`, and perhaps `.123456+00`. */
export type DatabaseTime = string;

/** One tracked object in one cluster. */
export interface ObjectsTable {
  api_version: string;
  cluster: string;
  created: DatabaseTime;
  kind: string;
  last_updated: DatabaseTime;
  name: string;
  /** Empty for a cluster-scoped object. */
  namespace: string;
  /** The object as the API server returned it: JSON, or block YAML in the Original's rows. */
  yaml: string;
  /** JSON of the manifest last sent. */
  sent: string | null;
  declaration_kind: string | null;
  declaration_namespace: string | null;
  declaration_name: string | null;
  /** 0 or 1. */
  created_here: number | null;
}

/** One paused declaration. */
interface PausesTable {
  created_at: DatabaseTime;
  created_by: string | null;
  /** The declaration's kind. */
  kind: string;
  name: string;
  namespace: string;
  reason: string;
}

/** One attempt to roll an image out; rows are never changed. */
export interface HistoryTable {
  api_version: string;
  cluster: string;
  deployed_at: DatabaseTime;
  deployed_by: string | null;
  image: string;
  /** The rendered object's kind. */
  kind: string;
  name: string;
  namespace: string;
  outcome: string | null;
  /** JSON of the manifest that was sent. */
  manifest: string | null;
  /** `deployed_at` as milliseconds since 1970. */
  deployed_ms: number | null;
}

/** A value that holds for the whole database. */
interface SettingsTable {
  name: string;
  value: string;
}

/** A right to write, while it lasts. */
export interface LeasesTable {
  /** The fencing number: every later lease has a higher one. */
  fence: number;
  username: string;
  host: string;
  pid: number;
  /** See `ProcessIdentity`. */
  machine: string | null;
  process_start: string | null;
  /** JSON of a `LeaseScope`. */
  scope: string;
  /** By the database's clock. */
  since_ms: number;
  expires_ms: number;
  /** How long after that it is respected; null in rows of earlier versions. */
  grace_ms: number | null;
}

/** One row: the fencing number that was given out last. */
interface LeaseCounterTable {
  last: number;
}

/** A change that was begun and has not been completed. */
interface JournalTable {
  /** The fencing number of the lease under which it was begun. */
  lease: number;
  number: number;
  begun_at: DatabaseTime;
  /** JSON of an `Intent`. */
  intent: string;
}

/** Every table that queries use. */
export interface Schema {
  kubernetes_objects: ObjectsTable;
  object_pauses: PausesTable;
  object_history: HistoryTable;
  sisyphus_settings: SettingsTable;
  sisyphus_leases: LeasesTable;
  sisyphus_lease_counter: LeaseCounterTable;
  sisyphus_journal: JournalTable;
}
