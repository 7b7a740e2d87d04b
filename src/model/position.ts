/** A place in a text file. `line` and `column` start at 1, as editors and compilers count. */
export interface SourcePosition {
  /** The path as a person would type it: relative to the working folder where possible. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Prints a position as `file:line:column`. */
export function formatPosition(position: SourcePosition): string {
  return `${position.file}:${position.line}:${position.column}`;
}
