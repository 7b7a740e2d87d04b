import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const IMPORT =
  /^\s*(?:import|export)\b[^'"]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|^\s*import\s+'([^']+)'/gm;

interface SourceFile {
  /** Path from the root: `src/plan/order.ts`. */
  readonly path: string;
  /** The room: `plan`, or the file's own name directly under `src`. */
  readonly room: string;
  readonly text: string;
  readonly lines: number;
  /** Paths of files of the project, and names of packages and Node modules. */
  readonly imports: readonly string[];
}

let files: readonly SourceFile[] = [];

beforeAll(async () => {
  const names = await readdir(join(root, 'src'), { recursive: true });
  const sources = names.filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'));
  files = await Promise.all(sources.map((name) => readSource(join('src', name))));
});

async function readSource(path: string): Promise<SourceFile> {
  const text = await readFile(join(root, path), 'utf8');
  const imports = [...text.matchAll(IMPORT)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .map((target) =>
      target.startsWith('.') ? relative(root, resolve(root, dirname(path), target)) : target,
    );
  const [, first = '', second] = path.split('/');
  const room = second === undefined ? first.replace(/\.ts$/, '') : first;
  return { path, room, text, lines: text.split('\n').length - 1, imports };
}

const isTest = ({ path }: SourceFile) =>
  /\.test\.tsx?$|fixture\.ts$|test-databases\.ts$/.test(path);
const production = () => files.filter((file) => !isTest(file));
const inRooms = (...rooms: string[]) => production().filter((file) => rooms.includes(file.room));
const roomOf = (path: string) => path.split('/')[1]?.replace(/\.ts$/, '') ?? '';

/** Lists what breaks a rule as `file → import`. */
function offences(
  sources: readonly SourceFile[],
  isForbidden: (target: string, file: SourceFile) => boolean,
): string[] {
  return sources.flatMap((file) =>
    file.imports
      .filter((target) => isForbidden(target, file))
      .map((target) => `${file.path} → ${target}`),
  );
}

/** The package of an import: `@scope/name` or `name`; undefined for Node's own modules and files. */
function packageOf(target: string): string | undefined {
  if (/^(node:|src\/|migrations\/|scripts\/)/.test(target)) return undefined;
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

/** What each room may import of the others. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  repository: ['model', 'cache-file', 'version'],
  'cache-file': ['replace-file'],
  'cache-log': ['cache-file'],
  'replace-file': [],
  'in-english': [],
  'late-optimisation': [],
  exchange: ['late-optimisation'],
  image: ['model', 'cache-file', 'cache-log', 'replace-file', 'in-english', 'exchange'],
  starlark: ['model', 'late-optimisation'],
  render: ['model', 'starlark'],
  program: ['model', 'cache-log', 'image', 'starlark', 'render'],
  local: ['model', 'image', 'program', 'render', 'starlark'],
  workbench: ['model', 'image', 'starlark', 'render', 'program'],
  plan: ['model'],
  'plan-file': ['model', 'replace-file', 'plan', 'in-english'],
  cluster: ['model', 'cache-file', 'in-english', 'exchange', 'version'],
  state: ['model', 'replace-file', 'version'],
  apply: ['model', 'plan', 'cluster', 'state'],
  reconcile: [
    'model',
    'repository',
    'image',
    'program',
    'render',
    'plan',
    'plan-file',
    'cluster',
    'state',
    'apply',
    'config',
  ],
  config: ['model', 'plan', 'plan-file', 'state'],
  context: [
    'config',
    'cluster',
    'image',
    'program',
    'reconcile',
    'repository',
    'starlark',
    'state',
    'version',
    'workbench',
  ],
  cli: [
    'workbench',
    'model',
    'program',
    'local',
    'plan',
    'plan-file',
    'apply',
    'reconcile',
    'config',
    'context',
    'version',
  ],
  version: [],
};

/** The one room (or the few) that a package belongs to. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@bomb.sh/tab': ['cli'],
  '@kubernetes/client-node': ['cluster'],
  'better-sqlite3': ['state'],
  commander: ['cli'],
  diff: ['cli', 'workbench'],
  'env-paths': ['config'],
  'fastest-levenshtein': ['repository', 'cluster'],
  ink: ['cli'],
  kysely: ['state'],
  mysql2: ['state'],
  'p-limit': ['apply', 'cluster', 'image', 'reconcile', 'repository', 'starlark'],
  pg: ['state'],
  picocolors: ['cli'],
  react: ['cli'],
  'tar-stream': ['image'],
  undici: ['image', 'cluster', 'exchange'],
  yaml: ['repository', 'cluster', 'state', 'cli', 'workbench'],
  zod: ['cluster', 'image', 'in-english', 'plan-file', 'repository'],
  zstddec: ['image'],
};

const PURE_ROOMS = ['model', 'render', 'plan'];
const IMPURE = /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout|fetch\()/;

describe('the house', () => {
  it('lets each room import only the rooms it stands on', () => {
    const forbidden = offences(production(), (target, file) => {
      if (!target.startsWith('src/')) return false;
      const room = roomOf(target);
      return room !== file.room && !(ROOMS[file.room] ?? []).includes(room);
    });
    expect(forbidden).toEqual([]);
  });

  it('keeps each package in the room it belongs to', () => {
    const forbidden = offences(production(), (target, file) => {
      const name = packageOf(target);
      return name !== undefined && !(PACKAGES[name] ?? []).includes(file.room);
    });
    expect(forbidden).toEqual([]);
  });

  it('validates with one flavour of zod, the one that carries no languages', () => {
    const heavy = ['zod', 'zod/v4', 'zod/locales', 'zod/v4/locales'];
    expect(offences(files, (target) => heavy.includes(target))).toEqual([]);
  });

  it('keeps I/O, clock and randomness out of the pure rooms', () => {
    const allowed = ['node:util'];
    const io = offences(
      inRooms(...PURE_ROOMS),
      (t) => t.startsWith('node:') && !allowed.includes(t),
    );
    const impure = inRooms(...PURE_ROOMS).filter((file) => IMPURE.test(file.text));
    expect([...io, ...impure.map((file) => file.path)]).toEqual([]);
  });

  it('shows apply only the interfaces of cluster and state', () => {
    const ports = ['src/cluster/port.ts', 'src/cluster/errors.ts', 'src/state/port.ts'];
    const forbidden = offences(inRooms('apply'), (target) => {
      return ['cluster', 'state'].includes(roomOf(target)) && !ports.includes(target);
    });
    expect(forbidden).toEqual([]);
  });

  it('keeps the language apart from the vocabulary', () => {
    const words = inRooms('starlark').filter((file) => /kubernetes|sisyphus\/v1/i.test(file.text));
    expect(words.map((file) => file.path)).toEqual([]);
  });

  it('has no file that nothing reaches', () => {
    const reached = new Set(files.flatMap((file) => file.imports));
    const entries = ['src/cli/main.ts', 'src/starlark/worker.ts'];
    const lost = production().filter(({ path }) => !reached.has(path) && !entries.includes(path));
    expect(lost.map((file) => file.path)).toEqual([]);
  });

  it('keeps files under 300 lines', () => {
    const long = production().filter((file) => file.lines > 300);
    expect(long.map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
  });

  it('carries no notes to self and no switched-off type checks', () => {
    const notes = files.filter((file) => /TODO|FIXME|@ts-ignore/.test(file.text));
    expect(notes.map((file) => file.path)).toEqual([]);
  });
});
