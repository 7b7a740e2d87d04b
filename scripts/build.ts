import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { buildEngine, engineCrates } from './build-engine.ts';
import { buildInfo } from './build-info.ts';
import { leaveParts, requireApart } from './halves.ts';
import { requirePrerequisites } from './prerequisites.ts';
import { slimCommander } from './slim-commander.ts';
import { slimUndici } from './slim-undici.ts';
import { bundledPackages, thirdPartyLicenses } from './third-party.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = fileURLToPath(new URL('../dist', import.meta.url));

/** Packages that stay outside the bundle: they are native, or find files of theirs by path. */
const EXTERNAL = ['better-sqlite3', 'react-devtools-core'];

/** Bundled CommonJS packages call require for Node's own modules. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);\n";

/** How both halves of the program are bundled. */
const OPTIONS = {
  write: false,
  metafile: true,
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  external: EXTERNAL,
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Modules that are in both halves of the program: they have neither classes nor state. */
const IN_BOTH = [
  ...['src/cli/bug.ts', 'src/cli/exit-code.ts'],
  ...['src/model/duration.ts', 'src/version.ts', '<define:SISYPHUS_BUILD>'],
];

/**
 * Builds `dist/`: the command line, the Starlark worker, and the engine. Bundling is what keeps the start
 * quick: the Kubernetes client alone is a thousand files.
 */
export async function buildDist(): Promise<void> {
  await requirePrerequisites(['node', 'rust', 'cargo', 'cpp']);
  const engine = await buildEngine();
  const { entry, commands } = await bundle();
  const inputs = { ...entry.metafile.inputs, ...commands.metafile.inputs };
  const packages = await bundledPackages(Object.keys(inputs));
  const licenses = await thirdPartyLicenses([...packages, ...(await engineCrates())]);
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  for (const { path, text } of entry.outputFiles) await writeFile(path, text, { mode: 0o755 });
  for (const { path, text } of commands.outputFiles) {
    // esbuild lets all of them call it in one file; making it takes each file a tenth of a millisecond.
    await writeFile(path, text.includes('typeof require') ? `${REQUIRE}${text}` : text);
  }
  await writeFile(`${dist}/THIRD-PARTY-LICENSES.txt`, licenses);
  await copyFile(engine, `${dist}/engine.wasm`);
}

/**
 * The command line in two halves. What parses arguments and prints help is one CommonJS file, for which Node
 * does without its loader of ES modules. Whatever that imports dynamically is ES modules, as is the worker:
 * they share what they have in common.
 */
async function bundle() {
  const options = { ...OPTIONS, define: await definitions() };
  const parts = new Map([['starlark-worker', 'src/starlark/worker.ts']]);
  const entry = await build({
    ...options,
    entryPoints: { sisyphus: 'src/cli/main.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    plugins: [slimCommander, leaveParts(parts)],
    logOverride: { 'empty-import-meta': 'error' },
  });
  const commands = await build({
    ...options,
    entryPoints: Object.fromEntries(parts),
    format: 'esm',
    splitting: true,
    plugins: [slimUndici(root)],
  });
  requireApart(entry.metafile, commands.metafile, IN_BOTH);
  return { entry, commands };
}

/** What stands in the code for what only the build knows. */
async function definitions(): Promise<Record<string, string>> {
  return {
    SISYPHUS_BUILD: JSON.stringify(await buildInfo()),
    'process.env.NODE_ENV': '"production"',
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildDist();
