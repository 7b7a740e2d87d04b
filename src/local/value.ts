/** Text of a command line, or a variable of the user's environment in its place, whose value may be secret. */
export type LocalValue =
  | { readonly type: 'text'; readonly text: string }
  /** `SECRET_TOKEN`. */
  | { readonly type: 'variable'; readonly variable: string };

/** One word of a command: its parts, joined. */
export type Word = readonly LocalValue[];

/** A word without variables. */
export function plain(text: string): Word {
  return [{ type: 'text', text }];
}

/** A command to run or to show, with variables not yet replaced. */
export interface LocalCommand {
  readonly program: string;
  readonly args: readonly Word[];
  /** What the command gets beside what it inherits. */
  readonly env: readonly { readonly name: string; readonly value: Word }[];
}
