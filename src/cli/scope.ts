import type { Prepared } from '../reconcile/prepare.ts';
import type { PlanScope } from './view/plan-text.ts';

/** What a plan was made for, as its views want it. */
export function scopeOf({ desired, massDeletes }: Prepared): PlanScope {
  const clusters = new Set(desired.map((object) => object.key.cluster));
  return { objects: desired.length, clusters: clusters.size, massDeletes };
}
