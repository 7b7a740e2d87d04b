/** A place in a program's file, by its path in the program. Line and column start at 1. */
export interface ProgramPosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Named values. The names come from the program: look them up with `Object.hasOwn`. */
export type Fields = Readonly<Record<string, StarlarkValue>>;

/** What one of the caller's constructors made. */
export interface ConstructedValue {
  readonly type: 'constructed';
  /** The constructor's name. */
  readonly name: string;
  /** The arguments of the call; one that was left out is absent, one given as `None` is there. */
  readonly fields: Fields;
  /** Where the program called the constructor. */
  readonly at: ProgramPosition | null;
}

/** A value that a program returned. */
export type StarlarkValue =
  | { readonly type: 'none' }
  | { readonly type: 'bool'; readonly value: boolean }
  /** `value` has all decimal digits, however many. */
  | { readonly type: 'int'; readonly value: string }
  /** `value` is what the language's `str` prints: `1.0`, `1e+20`, `inf`. */
  | { readonly type: 'float'; readonly value: string }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'list' | 'tuple' | 'set'; readonly items: readonly StarlarkValue[] }
  /** In the order of insertion. */
  | {
      readonly type: 'dict';
      readonly entries: readonly (readonly [key: StarlarkValue, value: StarlarkValue])[];
    }
  | { readonly type: 'struct' | 'record'; readonly fields: Fields }
  | { readonly type: 'enum'; readonly value: StarlarkValue }
  | ConstructedValue
  /** What a file that tests others made with `ctx`: the inputs that have a value. */
  | { readonly type: 'inputs'; readonly values: Readonly<Record<string, string>> }
  /** Anything else: a function, a type, a range. `text` is the beginning of what `str` prints. */
  | { readonly type: 'opaque'; readonly typeName: string; readonly text: string };
