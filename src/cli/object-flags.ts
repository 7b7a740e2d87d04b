import type { PlanFlags } from '../config.ts';
import { type DeclarationId, GLOBAL_FOLDER } from '../model/declaration.ts';
import type { ObjectKey } from '../model/object.ts';

/** The filter that leaves the place of one object, for the lease. */
export function filterFor({ cluster, namespace }: ObjectKey): PlanFlags {
  return { cluster: [cluster], namespace: namespace === '' ? [] : [namespace] };
}

/** The filter that leaves what a declaration may make. */
export function filterOf({ namespace }: DeclarationId): PlanFlags {
  return { namespace: namespace === GLOBAL_FOLDER ? [] : [namespace] };
}
