import { inspect } from 'node:util';

const MASK = '********';

/** A password that no printing or serialising shows. */
export class Password {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The password itself, for the driver that logs in. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
