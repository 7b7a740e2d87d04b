import type { DeclarationId } from '../model/declaration.ts';
import { SisyphusError } from '../model/errors.ts';
import type { Pause } from '../model/pause.ts';
import type { SourcePosition } from '../model/position.ts';
import type { RecordedObject } from '../model/record.ts';
import { isMadeBy } from '../plan/maker.ts';
import { type Repository, readRepository } from '../repository/repository.ts';
import type { House } from './house.ts';
import { isSameDeclaration, unknownDeclaration } from './near.ts';

/** What is known of one declaration. */
export interface DeclarationFacts {
  readonly id: DeclarationId;
  /** Undefined where no repository could be read. */
  readonly isDeclared?: boolean;
  readonly position?: SourcePosition;
  readonly pause?: Pause;
  /** The tracked objects that it made. */
  readonly recorded: readonly RecordedObject[];
}

/**
 * Looks a declaration up in the repository, where that can be read, and in the database.
 *
 * @throws UserError `unknown-declaration` where neither knows it
 */
export async function lookUp(house: House, id: DeclarationId): Promise<DeclarationFacts> {
  const [repository, objects, pauses] = await Promise.all([
    tryToRead(house),
    house.state.objects(),
    house.state.pauses(),
  ]);
  const recorded = objects.filter((object) => isMadeBy(object, id));
  const pause = pauses.find(({ declaration }) => isSameDeclaration(declaration, id));
  const declared = declaredIn(repository);
  const found = declared.find((one) => isSameDeclaration(one.id, id));
  if (found === undefined && recorded.length === 0 && pause === undefined) {
    const others = [...objects, ...pauses].flatMap(({ declaration }) => declaration ?? []);
    throw unknownDeclaration(id, [...declared.map((one) => one.id), ...others]);
  }
  return {
    id,
    recorded,
    ...(repository && { isDeclared: found !== undefined }),
    ...(found?.position && { position: found.position }),
    ...(pause && { pause }),
  };
}

interface Declared {
  readonly id: DeclarationId;
  readonly position: SourcePosition | undefined;
}

/** What stands in the repository; what is wrong there stands there, too. */
function declaredIn(repository: Repository | undefined): Declared[] {
  const { declarations = [], problems = [] } = repository ?? {};
  const wrong = problems.flatMap(({ declaration: id, error: { position } }) =>
    id === undefined ? [] : [{ id, position }],
  );
  return [...declarations, ...wrong];
}

async function tryToRead({ config }: House): Promise<Repository | undefined> {
  if (config.monitorDirectory === undefined) return undefined;
  try {
    return await readRepository(config.monitorDirectory, config);
  } catch (thrown) {
    if (!(thrown instanceof SisyphusError)) throw thrown;
    return undefined;
  }
}
