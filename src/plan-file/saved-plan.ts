import type { DeclarationId } from '../model/declaration.ts';
import type { DesiredObject } from '../model/desired.ts';
import type { ObjectKey } from '../model/object.ts';
import type { Change, Notice, Plan } from '../model/plan.ts';
import type { ObjectFilter } from '../plan/filter.ts';
import type { MassDelete } from '../plan/guard.ts';
import type { Fingerprint } from './fingerprint.ts';

/** The version of a recorded object that something was planned from. */
export interface RecordedVersion {
  /** The key under which it was recorded. */
  readonly key: ObjectKey;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly declaration?: DeclarationId;
  /** Of everything that the database held of it; see `recordDigest`. */
  readonly digest: string;
}

/** A change as a plan file keeps it: what it leads to is the desired manifest. */
export interface SavedChange extends Omit<Change, 'desired' | 'recorded' | 'after'> {
  /** A Secret's values are masked in its manifest, which so names its keys. */
  readonly desired?: Omit<DesiredObject, 'key' | 'secret'>;
  readonly recorded?: RecordedVersion;
}

/** Where a plan comes from, and what it was made for. */
export interface PlanOrigin {
  /** The version of the program that made it. */
  readonly program: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly repository: {
    /** As the database knows it. */
    readonly identity: string;
    /** The monitor directory, absolute. */
    readonly directory: string;
  };
  /** The repository that the database served; undefined for a new database. */
  readonly served?: string;
  readonly filter: ObjectFilter;
  /** Whether the clusters were read for it. */
  readonly live: boolean;
  /** Objects that the repository wants, and the clusters that these are in. */
  readonly objects: number;
  readonly clusters: number;
  /** Clusters that it empties by more than half. */
  readonly massDeletes: readonly MassDelete[];
}

/** A plan as a file keeps it. It names keys of Secrets and holds none of their values. */
export interface SavedPlan extends PlanOrigin, Pick<Plan, 'unavailable'> {
  readonly changes: readonly SavedChange[];
  readonly notices: readonly Notice[];
  /** Objects to drop from the database. */
  readonly releases: readonly RecordedVersion[];
  /** Unchanged objects that another declaration makes from now on. */
  readonly claims: readonly {
    readonly recorded: RecordedVersion;
    readonly declaration: DeclarationId;
  }[];
  /** Of the values of the keys of Secrets that the changes create; undefined where they create none. */
  readonly values?: Fingerprint;
}
