/**
 * Prints a path of a field change: `spec.containers[name=echo].image`. Keys that hold more than
 * letters, digits, `-` and `_` stand in brackets, as in the API server's own messages:
 * `metadata.annotations[example.com/owner]`.
 */
export function formatPath(path: readonly string[]): string {
  return path.reduce(
    (parent, part) => (part.startsWith('[') ? `${parent}${part}` : childPath(parent, part)),
    '',
  );
}

/** The path of a map's key; see {@link formatPath}. */
export function childPath(parent: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${parent}[${key}]`;
  return parent === '' ? key : `${parent}.${key}`;
}
