import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DatabaseFacts } from '../../state/port.ts';
import { type About, type Finding, failed, fine, warning } from './finding.ts';

/** As package.json's `engines`. */
const OLDEST_NODE = [20, 19] as const;

/** Tells this program's version and that of Node.js. */
export function checkProgram(version: string, node: string): Finding {
  const about: About = { area: 'program' };
  const message = `sisyphus ${version} on Node.js ${node}`;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isNew = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  return isNew
    ? fine(about, message)
    : failed(about, message, `use Node.js ${oldestMajor}.${oldestMinor} or later`);
}

/** Looks whether the cache can be written, without writing. */
export async function checkCache(directory: string): Promise<Finding> {
  const about: About = { area: 'cache' };
  const place = await nearestFolder(directory);
  const isWritable = await may(place, constants.W_OK | constants.X_OK);
  return isWritable
    ? fine(about, `${directory} can be written`)
    : warning(
        about,
        `${directory} cannot be written`,
        'every command reads all images anew; name another folder in SISYPHUS_CACHE',
      );
}

/** Tells how a database is. */
export async function checkDatabase(
  { place, contents }: DatabaseFacts,
  identity: string | undefined,
): Promise<readonly Finding[]> {
  const about: About = { area: 'database' };
  if (contents === undefined) return [await checkPlace(about, place)];
  const { pending, objects, unreadable, repository, leases } = contents;
  if (pending > 0) {
    return [fine(about, `${place}: the next command brings it to this version`)];
  }
  const tracked = `${objects} ${objects === 1 ? 'object is' : 'objects are'} tracked`;
  const serves = repository === undefined ? 'serves no repository yet' : `serves ${repository}`;
  const isOther = identity !== undefined && repository !== undefined && repository !== identity;
  return [
    isOther
      ? failed(
          about,
          `${place} ${serves}, not ${identity}`,
          'name the right database with --database-url or DATABASE_URL; push --adopt-repository takes this one over',
        )
      : fine(about, `${place} ${serves}; ${tracked}`),
    ...unreadable.map(({ message, hint }) => failed(about, message, hint)),
    ...leases.map(({ id, username, host, pid, since }) =>
      warning(
        about,
        `${username} on ${host} (pid ${pid}) writes since ${since}`,
        `other commands that write to the same wait or fail until then; its lease has the id ${id}`,
      ),
    ),
  ];
}

async function checkPlace(about: About, path: string): Promise<Finding> {
  const folder = dirname(path);
  return (await may(folder, constants.W_OK | constants.X_OK))
    ? fine(about, `${path} is made by the first push`)
    : failed(
        about,
        `${path} cannot be made`,
        `make the folder ${folder}, or the right to write there, or name another database`,
      );
}

async function nearestFolder(folder: string): Promise<string> {
  const isThere = await may(folder, constants.F_OK);
  return isThere || dirname(folder) === folder ? folder : await nearestFolder(dirname(folder));
}

async function may(path: string, mode: number): Promise<boolean> {
  return await access(path, mode).then(
    () => true,
    () => false,
  );
}
