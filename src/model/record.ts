import type { DeclarationId } from './declaration.ts';
import type { Manifest, ObjectKey } from './object.ts';

/** What the database knows of one object in one cluster. */
export interface RecordedObject {
  readonly key: ObjectKey;
  /** The object as the API server returned it, managed fields included; a Secret's values masked. */
  readonly answer: Manifest;
  /** The manifest last sent, a Secret's values masked; undefined for adopted and imported objects. */
  readonly sent?: Manifest;
  /** The declaration that made it, where that was recorded. */
  readonly declaration?: DeclarationId;
  /** Whether the object came into being by this program; undefined where nobody noted it. */
  readonly createdHere?: boolean;
  /**
   * Whether a manifest is `sent` to the letter, which a record from the database knows without reading that. A no
   * says little: two spellings may be the same manifest. Not enumerable, so that no changed copy has it.
   */
  readonly isSent?: (manifest: Manifest) => boolean;
  /** The same for `answer`. */
  readonly isAnswer?: (manifest: Manifest) => boolean;
}
