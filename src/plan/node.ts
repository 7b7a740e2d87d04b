import type { JsonValue } from '../model/json.ts';
import { below, type FieldSet } from './field-set.ts';

/** One node of the trees that are walked together. */
export interface Node {
  readonly desired: JsonValue;
  readonly sent: JsonValue | undefined;
  /** Whether it is known what was sent: then a missing `sent` means that nothing was. */
  readonly isSentKnown: boolean;
  readonly current: JsonValue | undefined;
  readonly answer: JsonValue | undefined;
  readonly own: FieldSet | undefined;
  readonly others: readonly OtherFields[];
  readonly shape: FieldSet | undefined;
  readonly path: readonly string[];
}

/** What another manager owns at a node. */
export interface OtherFields {
  readonly manager: string;
  readonly fields: FieldSet;
}

/** What a node shows before the change; undefined where it does not exist or is not shown. */
export type Before = JsonValue | undefined;

/** Narrows what other managers own to a child. */
export function othersBelow(others: readonly OtherFields[], key: string): OtherFields[] {
  return others.flatMap(({ manager, fields }) => {
    const child = below(fields, key);
    return child === undefined ? [] : [{ manager, fields: child }];
  });
}
