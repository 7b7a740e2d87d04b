import { inspect } from 'node:util';
import type { DeclarationId } from './declaration.ts';
import type { Manifest, ObjectKey } from './object.ts';
import type { SourcePosition } from './position.ts';

/** Stands for every value of a Secret, wherever one would be printed or stored. Of fixed width. */
export const SECRET_MASK = '********';

/**
 * The values of a Secret's keys as the repository gives them, for the one request that writes them.
 * Printing or serialising it shows the keys only.
 */
export class SecretValues {
  readonly #values: ReadonlyMap<string, string>;

  /** @param values base64 text by key, as in a Secret's `data` */
  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** The keys in byte order. */
  get keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** The same without all other keys. */
  only(keys: readonly string[]): SecretValues {
    return new SecretValues(new Map(keys.map((key) => [key, this.reveal(key)])));
  }

  /**
   * The base64 value of a key; only the room that writes to clusters may ask, and the fingerprint by
   * which a saved plan knows the values again.
   */
  reveal(key: string): string {
    const value = this.#values.get(key);
    if (value === undefined) throw new RangeError(`the repository has no value for key ${key}`);
    return value;
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(this.keys.map((key) => [key, SECRET_MASK]));
  }

  [inspect.custom](): Record<string, string> {
    return this.toJSON();
  }
}

/** An object as the repository wants it in one cluster. */
export interface DesiredObject {
  readonly key: ObjectKey;
  /** The complete manifest; a Secret's values are masked. */
  readonly manifest: Manifest;
  /** A Secret's values; undefined for every other kind. */
  readonly secret?: SecretValues;
  /** The declaration that makes it; undefined for a Namespace added for what lives in it. */
  readonly declaration?: DeclarationId;
  /** Where the declaration stands. */
  readonly position?: SourcePosition;
  /** The config image it was rendered from, resolved, without scheme. */
  readonly image?: string;
}
