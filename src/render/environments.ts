import { compareBytes } from '../model/object.ts';
import type { StarlarkValue } from '../starlark/value.ts';

/** Fields whose dict is one of names; what chooses by environment are the values in it. */
const NAMED: ReadonlySet<string> = new Set(['env', 'labels', 'requests', 'limits']);

/**
 * The environments that a program tells apart by dicts, in byte order. Those that it only compares
 * `ctx.environment()` with cannot be seen in a value.
 */
export function environmentsOf(value: StarlarkValue): string[] {
  const found = new Set<string>();
  const visit = (part: StarlarkValue): void => {
    if (part.type === 'list' || part.type === 'tuple') part.items.forEach(visit);
    if (part.type === 'dict') {
      for (const [key, choice] of part.entries) {
        if (key.type === 'string') found.add(key.value);
        visit(choice);
      }
    }
    if (part.type !== 'constructed') return;
    for (const [name, field] of Object.entries(part.fields)) {
      if (!NAMED.has(name) || field.type !== 'dict') visit(field);
      else for (const [, one] of field.entries) visit(one);
    }
  };
  visit(value);
  return [...found].sort(compareBytes);
}
