import type { Clusters } from '../cluster/port.ts';
import type { Config } from '../config.ts';
import type { ImageSource } from '../image/image-source.ts';
import type { Programs } from '../program/programs.ts';
import type { LeaseRequest, State } from '../state/port.ts';

/** The open adapters that a reconciliation stands on. */
export interface House {
  readonly config: Config;
  readonly state: State;
  readonly clusters: Clusters;
  readonly images: ImageSource;
  readonly programs: Programs;
  /**
   * Acquires the lease, which then is looked at before every write to a cluster.
   *
   * @returns gives it back
   */
  acquireLease(request: LeaseRequest): Promise<() => Promise<void>>;
}
