import { UserError } from '../model/errors.ts';
import { compareBytes, type ObjectKey } from '../model/object.ts';
import type { ObjectFilter } from '../plan/filter.ts';

/** A filter that nothing passes is a mistake: `Nothing to do` would be a false comfort. */
export function checkFilter(
  filter: ObjectFilter,
  objects: readonly { readonly key: ObjectKey }[],
): void {
  for (const part of Object.keys(filter) as (keyof ObjectFilter)[]) {
    if (filter[part].length === 0) continue;
    const known = new Set(objects.map(({ key }) => key[part]));
    const unknown = filter[part].find((value) => !known.has(value));
    if (unknown === undefined) continue;
    const values = [...known].filter((value) => value !== '').sort(compareBytes);
    throw new UserError(`no object has the ${part} ${unknown}`, {
      code: 'nothing-matches',
      hint: `there are: ${values.slice(0, 20).join(', ') || 'none'}`,
    });
  }
}
