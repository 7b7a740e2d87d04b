import type { Declaration } from '../model/declaration.ts';
import { type DesiredObject, SecretValues } from '../model/desired.ts';
import { SisyphusError, UserError } from '../model/errors.ts';
import { jsonEqual } from '../model/json.ts';
import { formatObject, isSecret, keyId } from '../model/object.ts';
import type { Change } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { secretKeysToWrite } from '../plan/secret-keys-to-write.ts';
import { hasFingerprint } from '../plan-file/fingerprint.ts';
import type { SavedPlan } from '../plan-file/saved-plan.ts';
import { renderKubernetesYaml } from '../render/kubernetes-yaml.ts';
import { type Repository, readRepository } from '../repository/repository.ts';
import { isSameDeclaration } from './near.ts';

/** Changes with the values that they write, or why these are not to be had. */
export interface PlannedValues {
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

/**
 * Gives the changes of a saved plan the values of the Secrets' keys that they create, read from the
 * repository again. A declaration that has changed since is a problem. The repository is not read
 * where no key is created.
 *
 * @param directory the monitor directory, asked for only where it is needed
 * @throws UserError where the repository cannot be read or is another one
 */
export async function readPlannedValues(
  changes: readonly Change[],
  saved: SavedPlan,
  directory: () => string,
): Promise<PlannedValues> {
  if (saved.values === undefined) return { changes: changes.map(withoutNewKeys), problems: [] };
  const repository = await readSameRepository(directory(), saved);
  const read = changes.map((change) => readValues(change, repository));
  const problems = read.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) return { changes, problems: [...repository.problems, ...problems] };
  const complete = read.map(({ change }) => change);
  if (await hasFingerprint(complete, saved.values)) return { changes: complete, problems: [] };
  return { changes, problems: [{ error: otherValues(complete) }] };
}

async function readSameRepository(
  directory: string,
  { repository }: SavedPlan,
): Promise<Repository> {
  const found = await readRepository(directory).catch((thrown: unknown) => {
    if (!(thrown instanceof SisyphusError)) throw thrown;
    throw new UserError(
      `values of new keys of Secrets have to be read from the repository again: ${thrown.message}`,
      {
        code: thrown.code,
        hint: 'name the monitor directory as the argument, where it is another one here',
        cause: thrown,
      },
    );
  });
  if (found.identity === repository.identity) return found;
  throw new UserError(
    `the plan was made of the repository ${repository.identity}; ${found.directory} is ${found.identity}`,
    { code: 'other-repository', hint: 'name the monitor directory of the plan as the argument' },
  );
}

interface Read {
  readonly change: Change;
  readonly problem?: Problem;
}

function readValues(change: Change, { declarations }: Repository): Read {
  const names = secretKeysToWrite(change);
  const { desired } = change;
  if (names.length === 0 || desired === undefined) return { change: withoutNewKeys(change) };
  const declared = declarations
    .filter(({ id }) => isSameDeclaration(desired.declaration, id))
    .flatMap(renderSecrets)
    .find(({ key }) => keyId(key) === keyId(change.key));
  if (declared?.secret === undefined || !jsonEqual(declared.manifest, desired.manifest)) {
    return { change, problem: { error: changedDeclaration(change, declared) } };
  }
  const secret = declared.secret.only(names);
  return { change: { ...change, desired: { ...desired, secret } } };
}

function renderSecrets(declaration: Declaration): DesiredObject[] {
  return declaration.type === 'KubernetesYaml' ? renderKubernetesYaml(declaration) : [];
}

/** A Secret that gets no new key may still lose one. */
function withoutNewKeys(change: Change): Change {
  const { key, desired } = change;
  if (desired === undefined || !isSecret(key)) return change;
  return { ...change, desired: { ...desired, secret: new SecretValues(new Map()) } };
}

const NEW_PLAN = 'make a new plan with sisyphus diff --out';

function changedDeclaration(
  { key, desired }: Change,
  declared: DesiredObject | undefined,
): UserError {
  const what =
    declared === undefined
      ? 'is no longer declared in the repository'
      : 'is declared otherwise than when the plan was made';
  const position = declared?.position ?? desired?.position;
  return new UserError(`${formatObject(key)} in cluster ${key.cluster} ${what}`, {
    code: 'declaration-changed',
    hint: NEW_PLAN,
    ...(position === undefined ? {} : { position }),
  });
}

function otherValues(changes: readonly Change[]): UserError {
  const named = changes.flatMap((change) => {
    const names = secretKeysToWrite(change);
    return names.length > 0 ? [`${formatObject(change.key)} (${names.join(', ')})`] : [];
  });
  return new UserError(
    `the repository gives another value than when the plan was made to a new key of ${[...new Set(named)].join(', ')}`,
    { code: 'declaration-changed', hint: NEW_PLAN },
  );
}
