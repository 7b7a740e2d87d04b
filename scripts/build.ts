import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildEngine, engineCrates } from './build-engine.ts';
import { buildInfo } from './build-info.ts';
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

/**
 * Builds `dist/`: the command line in lazily loaded chunks, the Starlark worker, and the engine.
 * Bundling is what keeps the start quick: the Kubernetes client alone is a thousand files.
 */
export async function buildDist(): Promise<void> {
  await requirePrerequisites(['node', 'rust', 'cargo', 'cpp']);
  const engine = await buildEngine();
  const { outputFiles, metafile } = await build({
    write: false,
    metafile: true,
    absWorkingDir: root,
    entryPoints: { sisyphus: 'src/cli/main.ts', 'starlark-worker': 'src/starlark/worker.ts' },
    outdir: dist,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    external: EXTERNAL,
    plugins: [slimUndici(root), slimCommander],
    minifySyntax: true,
    minifyWhitespace: true,
    define: {
      SISYPHUS_BUILD: JSON.stringify(await buildInfo()),
      'process.env.NODE_ENV': '"production"',
    },
    logLevel: 'warning',
  });
  const packages = await bundledPackages(Object.keys(metafile.inputs));
  const licenses = await thirdPartyLicenses([...packages, ...(await engineCrates())]);
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  for (const { path, text } of outputFiles) {
    // esbuild lets all of them call it in one file; making it takes each file a tenth of a millisecond.
    await writeFile(path, text.includes('typeof require') ? `${REQUIRE}${text}` : text);
  }
  await writeFile(`${dist}/THIRD-PARTY-LICENSES.txt`, licenses);
  await copyFile(engine, `${dist}/engine.wasm`);
  await chmod(`${dist}/sisyphus.js`, 0o755);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildDist();
