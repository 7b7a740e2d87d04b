import { createHash } from 'node:crypto';
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
} from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import envPaths from 'env-paths';

/** Something that takes long to build and depends on nothing but its key. */
export interface Build {
  /** Names the thing in paths and in progress lines: `starlark-engine`. */
  readonly name: string;
  /** Changes whenever the result would: a hash of the sources, compiler versions. Any text. */
  readonly key: string;
  /** How long it takes, for the person who waits: `3 min`. */
  readonly estimate: string;
  /** Where results are kept; `buildCacheDirectory` where absent. */
  readonly directory?: string | undefined;
  /** Builds into the empty folder that it is given. */
  readonly build: (directory: string) => Promise<void>;
}

/** The folder of everything that is built once per machine and user. */
export const buildCacheDirectory = join(envPaths('sisyphus', { suffix: '' }).cache, 'build');

const heartbeatMs = 1_000;
const staleLockMs = 10_000;
const pollMs = 250;

/**
 * Gives the folder with the result of a build, building it first where this machine has not yet.
 * Of several processes that ask at once one builds and the others wait. A build that fails leaves
 * nothing behind. Progress goes to standard error.
 */
export async function buildOnce(build: Build): Promise<string> {
  const id = createHash('sha256').update(build.key).digest('hex').slice(0, 16);
  const cache = build.directory ?? buildCacheDirectory;
  const result = join(cache, `${build.name}-${id}`);
  if (await exists(result)) return result;
  await mkdir(cache, { recursive: true });
  const release = await acquireLock(`${result}.lock`, build.name);
  try {
    if (!(await exists(result))) await buildInto(result, build);
  } finally {
    await release();
  }
  return result;
}

/**
 * A hash over the names and contents of files.
 * @param paths files, or folders with all that is in them, relative to `root`
 */
export async function hashFiles(root: string, ...paths: readonly string[]): Promise<string> {
  const files = (await Promise.all(paths.map((path) => filesUnder(join(root, path))))).flat();
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const content = await readFile(file);
    hash
      .update(`${relative(root, file).split(sep).join('/')}\0${content.length}\0`)
      .update(content);
  }
  return hash.digest('hex');
}

/** Builds beside the result and renames at the end, so that nobody ever sees half of it. */
async function buildInto(result: string, build: Build): Promise<void> {
  const unfinished = await mkdtemp(`${result}.tmp-`);
  const progress = showProgress(build);
  try {
    await build.build(unfinished);
    await rename(unfinished, result);
    progress.end('done');
  } catch (error) {
    progress.end('failed');
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Holds a lock file whose age tells whether its owner lives, which works across containers too.
 * Two processes that both find it abandoned may both get it; then both build, and as results are
 * renamed into place the second one only wastes time.
 */
async function acquireLock(path: string, name: string): Promise<() => Promise<void>> {
  let told = false;
  while (!(await createFile(path))) {
    if ((await ageMs(path)) > staleLockMs) {
      await rm(path, { force: true });
      continue;
    }
    if (!told) process.stderr.write(`${name}: waiting for another process that builds it\n`);
    told = true;
    await delay(pollMs);
  }
  const heartbeat = setInterval(() => {
    utimes(path, new Date(), new Date()).catch(() => undefined);
  }, heartbeatMs);
  heartbeat.unref();
  return async () => {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  };
}

/** One line that counts the seconds on a terminal; elsewhere a line now and then. */
function showProgress({ name, estimate }: Build): { end(outcome: string): void } {
  const terminal = process.stderr.isTTY;
  const start = Date.now();
  const show = (text: string) => {
    const seconds = Math.round((Date.now() - start) / 1_000);
    const line = `${name}: ${text}${seconds > 0 ? ` (${seconds} s)` : ''}`;
    process.stderr.write(terminal ? `\r\u001b[2K${line}` : `${line}\n`);
  };
  show(`building, takes about ${estimate} the first time`);
  const timer = setInterval(() => show(`building, about ${estimate}`), terminal ? 1_000 : 30_000);
  timer.unref();
  return {
    end(outcome) {
      clearInterval(timer);
      show(outcome);
      if (terminal) process.stderr.write('\n');
    },
  };
}

async function filesUnder(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
}

async function createFile(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Zero for a file that is gone: whoever waits for it tries at once again. */
async function ageMs(path: string): Promise<number> {
  return stat(path).then(
    (s) => Date.now() - s.mtimeMs,
    () => 0,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
