import type { Clusters } from '../cluster/port.ts';
import type { Config } from '../config.ts';
import type { ImageSource } from '../image/image-source.ts';
import type { Programs } from '../program/programs.ts';
import type { State } from '../state/port.ts';

/** The open adapters that a reconciliation stands on. */
export interface House {
  readonly config: Config;
  readonly state: State;
  readonly clusters: Clusters;
  readonly images: ImageSource;
  readonly programs: Programs;
}
