import type { FileVariable } from '../model/application.ts';
import type { SecretKeyRef } from '../model/declaration.ts';
import type { JsonObject } from '../model/json.ts';
import { programError } from './program-error.ts';

const DEFAULT_MODE = 0o644;

interface SecretFile {
  readonly variable: FileVariable;
  readonly secret: string;
  readonly key: string;
  readonly folder: string;
  readonly file: string;
}

/** The volumes of a pod and their mounts in its container. */
export interface Mounts {
  readonly volumes: readonly JsonObject[];
  readonly volumeMounts: readonly JsonObject[];
}

/**
 * Mounts the secrets behind file variables: one volume a secret with all its items, named after its
 * first variable, and one read-only mount a folder. Secrets that share a folder share one
 * `projected` volume, because a mount path may stand only once in a container.
 *
 * @param variables in the order of first use
 * @param refOf the Secret's key behind a variable
 * @throws UserError where two keys would be the same file
 */
export function mountFiles(
  variables: readonly FileVariable[],
  refOf: (variable: FileVariable) => SecretKeyRef,
): Mounts {
  const files = distinctFiles(variables, refOf);
  const volumes: JsonObject[] = [];
  const mounts = new Map<string, JsonObject>();
  const names = new Set<string>();
  for (const group of groupFiles(files)) {
    const name = freeName(group, names);
    names.add(name);
    volumes.push(volume(name, group));
    for (const { folder } of group) {
      mounts.set(folder, { mountPath: folder, name, readOnly: true });
    }
  }
  const folders = new Set(files.map((file) => file.folder));
  return { volumes, volumeMounts: [...folders].map((folder) => mounts.get(folder) as JsonObject) };
}

function distinctFiles(
  variables: readonly FileVariable[],
  refOf: (variable: FileVariable) => SecretKeyRef,
): SecretFile[] {
  const byPath = new Map<string, SecretFile>();
  for (const variable of variables) {
    const { name: secret, key } = refOf(variable);
    const slash = variable.path.lastIndexOf('/');
    const folder = variable.path.slice(0, slash);
    const known = byPath.get(variable.path);
    if (known === undefined) {
      const file = variable.path.slice(slash + 1);
      byPath.set(variable.path, { variable, secret, key, folder, file });
    } else if (known.secret !== secret || known.key !== key) {
      throw programError(
        `the variables "${known.variable.name}" and "${variable.name}" both want the file ${variable.path}`,
        variable.at,
      );
    }
  }
  return [...byPath.values()];
}

/** Files that need one volume: those of one secret, and of all secrets that meet in a folder. */
function groupFiles(files: readonly SecretFile[]): SecretFile[][] {
  const groups: SecretFile[][] = [];
  for (const file of files) {
    const touching = groups.filter((group) =>
      group.some((other) => other.secret === file.secret || other.folder === file.folder),
    );
    const [first, ...rest] = touching;
    if (first === undefined) {
      groups.push([file]);
      continue;
    }
    first.push(...rest.flat(), file);
    for (const merged of rest) groups.splice(groups.indexOf(merged), 1);
  }
  return groups
    .map((group) => files.filter((file) => group.includes(file)))
    .flatMap((group) => (hasNameClash(group) ? splitByFolder(group) : [group]));
}

/** Two keys with one file name in different folders: each folder then needs a volume of its own. */
function hasNameClash(group: readonly SecretFile[]): boolean {
  const keys = new Map<string, string>();
  return group.some(({ file, secret, key }) => {
    const source = `${secret}/${key}`;
    const known = keys.get(file) ?? source;
    keys.set(file, source);
    return known !== source;
  });
}

function splitByFolder(group: readonly SecretFile[]): SecretFile[][] {
  const folders = new Set(group.map((file) => file.folder));
  return [...folders].map((folder) => group.filter((file) => file.folder === folder));
}

/** A volume is named after its first variable that no other volume is named after. */
function freeName(group: readonly SecretFile[], taken: ReadonlySet<string>): string {
  const variables = group.map((file) => file.variable.name);
  const [first = ''] = variables;
  const free = variables.find((name) => !taken.has(name));
  return free ?? `${first}-${taken.size + 1}`;
}

function volume(name: string, group: readonly SecretFile[]): JsonObject {
  const secrets = [...new Set(group.map((file) => file.secret))];
  const [only, ...others] = secrets;
  if (others.length === 0) {
    const items = itemsOf(group, only as string);
    return { name, secret: { defaultMode: DEFAULT_MODE, items, secretName: only as string } };
  }
  const sources = secrets.map((secret) => ({
    secret: { name: secret, items: itemsOf(group, secret) },
  }));
  return { name, projected: { defaultMode: DEFAULT_MODE, sources } };
}

function itemsOf(group: readonly SecretFile[], secret: string): JsonObject[] {
  const items = new Map<string, JsonObject>();
  for (const { secret: owner, key, file } of group) {
    if (owner === secret) items.set(`${key}/${file}`, { key, path: file });
  }
  return [...items.values()];
}
