import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { packPackage } from '../package/packed.ts';
import { buildGo } from './build.ts';
import { buildExample, copyExample } from './example.ts';
import type { Registry } from './registry.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { requireSystemPrograms } from './system-programs.ts';

/** How a run of Bazel ended. */
interface BazelRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Another team's workspace, which has the example and takes the rules from the npm package. */
export interface BazelWorkspace {
  readonly folder: string;
  /** `bazel COMMAND ARGUMENTS`. */
  run(command: string, ...args: readonly string[]): Promise<BazelRun>;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

const project = join(import.meta.dirname, '../..');
/** What stands in for the modules that no registry of Bazel's is there to give. */
const standIns = join(import.meta.dirname, 'bazel');
const modules = ['rules_go', 'rules_multirun', 'rules_oci', 'tar.bzl'];

/**
 * Opens a workspace with the example, whose images go to a registry; with the Bazel on the PATH, or as
 * root on Debian one that is installed first.
 * @throws UserError (`missing-prerequisite`) where there is none
 */
export async function openBazelWorkspace(registry: Registry): Promise<BazelWorkspace> {
  await requireSystemPrograms({
    name: 'bazel',
    programs: ['bazel'],
    packages: ['bazel-bootstrap'],
    elsewhere: 'bazel or bazelisk (Homebrew, npm)',
  });
  const scratch = await makeScratch('bazel');
  const folder = join(scratch, 'workspace');
  const server = [`--output_base=${join(scratch, 'output')}`, '--max_idle_secs=60'];
  const run = async (...args: readonly string[]): Promise<BazelRun> => {
    const options = { cwd: folder, reject: false };
    const { exitCode, stdout, stderr } = await execa('bazel', [...server, ...args], options);
    return { exitCode, stdout: String(stdout), stderr: String(stderr) };
  };
  const write = (files: Readonly<Record<string, string>>) => writeFiles(folder, files);

  await write({ WORKSPACE: await workspaceFile(scratch) });
  await copyUnbuilt(join(scratch, 'unbuilt'));
  await copyExample(folder, registry);
  return {
    folder,
    run: (command, ...args) => run(command, ...quiet(command), ...args),
    write,
    stop: async () => {
      await run('shutdown');
      // What Bazel has made cannot be written.
      await execa('chmod', ['-R', 'u+w', scratch]);
      await removeScratch(scratch);
    },
  };
}

/** Debian's Bazel tells every step of its sandbox unless it is asked not to. */
function quiet(command: string): string[] {
  return ['--noshow_progress', ...(command === 'query' ? [] : ['--nosandbox_debug'])];
}

async function workspaceFile(scratch: string): Promise<string> {
  const { tarball } = await packPackage(scratch);
  const oci = await buildOci();
  const programs = await buildExample();
  return [
    'load("@bazel_tools//tools/build_defs/repo:http.bzl", "http_archive")',
    `http_archive(name = "dev_april_sisyphus", urls = ["file://${tarball}"], strip_prefix = "package")`,
    ...modules.map((name) => `local_repository(name = "${name}", path = "${standIns}/${name}")`),
    `local_repository(name = "unbuilt", path = "${join(scratch, 'unbuilt')}")`,
    ...Object.entries({ oci, programs }).map(
      ([name, path]) => `new_local_repository(
    name = "${name}",
    build_file_content = "exports_files(glob(['*']), visibility = ['//visibility:public'])",
    path = "${path}",
)`,
    ),
    '',
  ].join('\n');
}

/** Copies the module as it is before `npm run build`; a workspace calls it `unbuilt`. */
async function copyUnbuilt(folder: string): Promise<void> {
  await mkdir(folder);
  for (const file of ['BUILD.bazel', 'defs.bzl']) {
    await copyFile(join(project, file), join(folder, file));
  }
  await writeFile(join(folder, 'WORKSPACE'), '');
}

/** Gives the folder with `oci`, which makes images and pushes them as crane does. */
function buildOci(): Promise<string> {
  return buildGo({
    name: 'oci',
    module: join(standIns, 'go'),
    packages: ['oci'],
    sources: ['go.mod', 'go.sum', 'oci'],
    estimate: '1 min',
  });
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
