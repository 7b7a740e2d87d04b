import { type DeclarationId, declarationKey, formatDeclaration } from '../model/declaration.ts';
import type { DesiredObject } from '../model/desired.ts';
import { sameObjectId } from '../model/object.ts';
import type { Notice } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { isMadeBy } from './maker.ts';

/** The one declaration that a plan is about. */
export interface Selection {
  readonly declaration: DeclarationId;
  /** The config image in place of the one that is declared. */
  readonly image?: string;
}

/** What takes part in the plan of a selection. */
export interface Selected {
  readonly desired: readonly DesiredObject[];
  readonly recorded: readonly RecordedObject[];
  readonly notices: readonly Notice[];
}

/**
 * Narrows both sides to what a declaration makes now, so that the plan deletes nothing.
 *
 * @param paused every paused declaration
 * @param desired what the declaration renders to, and the Namespaces that were added for it
 * @param recorded everything the database holds
 */
export function select(
  { declaration, image }: Selection,
  paused: readonly DeclarationId[],
  desired: readonly DesiredObject[],
  recorded: readonly RecordedObject[],
): Selected {
  const known = new Set(recorded.map(({ key }) => sameObjectId(key)));
  // A Namespace that exists may be declared elsewhere, with more than its name.
  const own = desired.filter(
    (object) => object.declaration !== undefined || !known.has(sameObjectId(object.key)),
  );
  const ids = new Set(own.map(({ key }) => sameObjectId(key)));
  const left = recorded.filter(
    (object) => isMadeBy(object, declaration) && !ids.has(sameObjectId(object.key)),
  );
  const isPaused = paused.some((id) => declarationKey(id) === declarationKey(declaration));
  const passing = image === undefined || isPaused ? [] : own.filter((one) => one.image);
  const alone = `a push of ${formatDeclaration(declaration)} alone deletes nothing`;
  return {
    desired: own,
    recorded: recorded.filter(({ key }) => ids.has(sameObjectId(key))),
    notices: [
      ...left.map(({ key }) => ({ key, message: `kept, because ${alone}` })),
      ...passing.map(({ key }) => ({ key, message: UNTIL_NEXT_PUSH })),
    ],
  };
}

const UNTIL_NEXT_PUSH =
  'not paused, so the next push brings back the image that the repository names';
