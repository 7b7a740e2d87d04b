import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BazelWorkspace, openBazelWorkspace } from '../bed/bazel.ts';
import { sisyphusCommand } from '../bed/commands.ts';
import { type Registry, startRegistry } from '../bed/registry.ts';
import { requestRegistry } from '../bed/registry-request.ts';

const root = join(import.meta.dirname, '../..');

let registry: Registry;
let workspace: BazelWorkspace;

beforeAll(async () => {
  registry = await startRegistry();
  workspace = await openBazelWorkspace(registry);
});

afterAll(async () => {
  await workspace?.stop();
  await registry?.stop();
});

/** Bazel, which has to succeed. @returns its standard output */
async function bazel(command: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await workspace.run(command, ...args);
  if (exitCode === 0) return stdout;
  throw new Error(`bazel ended with ${exitCode}\n${stderr}`);
}

/** What a build that fails says. */
async function complaint(...targets: readonly string[]): Promise<string> {
  const { exitCode, stderr } = await workspace.run('build', ...targets);
  expect(exitCode).toBe(1);
  return stderr;
}

async function sisyphus(...args: readonly string[]): Promise<string> {
  const [command = '', ...first] = sisyphusCommand;
  return (await execa(command, [...first, ...args], { cwd: workspace.folder })).stdout;
}

async function readJson(path: string) {
  return JSON.parse(await readFile(join(workspace.folder, path), 'utf8'));
}

/** The digest of what a layout among Bazel's outputs holds. */
async function digestOf(layout: string): Promise<string> {
  return (await readJson(`bazel-bin/${layout}/index.json`)).manifests[0].digest;
}

/** The platforms of the index that a layout among Bazel's outputs holds. */
async function platformsOf(layout: string): Promise<string[]> {
  const blob = (await digestOf(layout)).replace(':', '/');
  const { manifests } = await readJson(`bazel-bin/${layout}/blobs/${blob}`);
  return manifests
    .map(({ platform }: Platformed) => `${platform.os}/${platform.architecture}`)
    .sort();
}

interface Platformed {
  readonly platform: { readonly os: string; readonly architecture: string };
}

/** The digest that a tag of a repository points at. */
async function pushed(repository: string, tag: string): Promise<unknown> {
  const url = `/v2/${repository}/manifests/${tag}`;
  return (await requestRegistry(registry, { method: 'HEAD', url })).headers[
    'docker-content-digest'
  ];
}

/** A package with a program and an image, and the rule with more arguments. */
function teamPackage(rule: string): Record<string, string> {
  return {
    'example/team/BUILD.bazel': `
load("@dev_april_sisyphus//:defs.bzl", "sisyphus_pushable")
load("@rules_oci//oci:defs.bzl", "oci_image")
load("@tar.bzl", "tar")

tar(name = "layer", srcs = ["main.star"])

oci_image(
    name = "image",
    architecture = select({"@platforms//cpu:aarch64": "arm64", "//conditions:default": "amd64"}),
    entrypoint = ["/example/team/main.star"],
    os = "linux",
    tars = [":layer"],
)

[oci_image(
    name = "image_" + architecture,
    architecture = architecture,
    entrypoint = ["/example/team/main.star"],
    os = "linux",
    tars = [":layer"],
) for architecture in ["amd64", "arm64", "s390x"]]

genrule(name = "generated", outs = ["made.star"], cmd = "echo 'made = \\"at once\\"' > $@")

sisyphus_pushable(
    name = "team",
    binary_repository = "${registry.host}/team",
    config_entrypoint = "main.star",
    ${rule}
)
`,
    'example/team/main.star': `load("//example/lib/http.star", "health_probes")
load("lib/own.star", "own")
load("made.star", "made")

def main(ctx):
    return Application(args = [own, made, Port("http")], **health_probes("http"))
`,
    'example/team/lib/own.star': 'own = "own"\n',
  };
}

const rest = `config_deps = ["//example/lib:http"],
    config_srcs = ["lib/own.star", ":generated"]`;

// A cold Bazel on a busy machine takes its time.
describe('the Bazel module', { timeout: 300_000 }, () => {
  it('is of the same version as the package', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(await readFile(join(root, 'MODULE.bazel'), 'utf8')).toContain(`version = "${version}"`);
  });

  it('builds the example, with the config image that config build makes', async () => {
    await bazel('build', '//example/...');
    expect(await platformsOf('example/echo/sisyphus_binary_index')).toEqual([
      'linux/amd64',
      'linux/arm64',
    ]);

    const index = await digestOf('example/echo/sisyphus_binary_index');
    const built = await sisyphus(
      ...['config', 'build', '.', '--entrypoint', 'example/echo/echo.star', '--output', 'built'],
      ...['--binary', `${registry.host}/example/echo@${index}`],
    );
    expect(await digestOf('example/echo/sisyphus_config_image')).toBe(built);
    await bazel('build', '//example/echo:sisyphus_config_image.digest');
    const digest = 'bazel-bin/example/echo/sisyphus_config_image.sha256';
    expect(await readFile(join(workspace.folder, digest), 'utf8')).toBe(`${built}\n`);
  });

  it('pushes the binary and its config', async () => {
    await bazel('run', '//example/echo:sisyphus_push');
    const image = `${registry.host}/example/echo_config:latest`;
    const inspected = JSON.parse(
      (await sisyphus('config', 'inspect', image, '--output', 'json')).split('\n')[0] ?? '',
    );
    expect(inspected).toMatchObject({
      digest: await digestOf('example/echo/sisyphus_config_image'),
      entrypoint: 'example/echo/echo.star',
      binary: {
        repository: `${registry.host}/example/echo`,
        digest: await pushed('example/echo', 'latest'),
      },
    });
  });

  it('takes one image for each platform, generated files, several tags of the config', async () => {
    await workspace.write(
      teamPackage(`binary_images = [":image_amd64", ":image_arm64", ":image_s390x"],
    remote_tags = ["v1", "stable"],
    tags = ["manual", "of-team"],
    ${rest}`),
    );
    const tagged = await bazel('query', 'attr(tags, "\\bof-team\\b", //example/team:all)');
    expect(tagged.split('\n').sort()).toEqual([
      '//example/team:team_binary_index',
      '//example/team:team_binary_index.digest',
      '//example/team:team_binary_push',
      '//example/team:team_config_image',
      '//example/team:team_config_image.digest',
      '//example/team:team_config_push',
      '//example/team:team_push',
    ]);

    await bazel('run', '//example/team:team_push');
    const config = await digestOf('example/team/team_config_image');
    expect(await pushed('team_config', 'v1')).toBe(config);
    expect(await pushed('team_config', 'stable')).toBe(config);
    const files = await sisyphus('config', 'inspect', `${registry.host}/team_config:v1`);
    for (const path of [
      'example/team/main.star',
      'example/team/lib/own.star',
      'example/team/made.star',
    ]) {
      expect(files).toContain(path);
    }
    expect(await pushed('team', 'latest')).toBe(await digestOf('example/team/team_binary_index'));
    expect(await platformsOf('example/team/team_binary_index')).toEqual([
      'linux/amd64',
      'linux/arm64',
      'linux/s390x',
    ]);
  });

  it('builds for the platforms that it is told', async () => {
    await workspace.write(
      teamPackage(`binary_image = ":image",
    platforms = ["@dev_april_sisyphus//:linux_arm64"],
    ${rest}`),
    );
    await bazel('build', '//example/team:team_binary_index');
    expect(await platformsOf('example/team/team_binary_index')).toEqual(['linux/arm64']);
  });

  it('says what is wrong with a program, a rule, a machine', async () => {
    const rule = `binary_image = ":image", ${rest}`;
    const files = teamPackage(rule);
    await workspace.write({ ...files, 'example/team/main.star': 'def main(ctx):\n    return x\n' });
    expect(await complaint('//example/team:team_config_image')).toContain(
      'example/team/main.star:2:12',
    );

    await workspace.write({ ...files, 'example/team/main.star': 'load("//lib/a.star", "a")\n' });
    expect(await complaint('//example/team:team_config_image')).toContain(
      'there is no file lib/a.star',
    );

    expect(
      await complaint('//example/team:team_config_image', '--action_env=SISYPHUS_NODE=nodejs-99'),
    ).toContain('Sisyphus needs Node.js 20.19 or newer, and there is no nodejs-99 on the PATH');

    const build = files['example/team/BUILD.bazel']?.replace('@dev_april_sisyphus', '@unbuilt');
    await workspace.write({ ...files, 'example/team/BUILD.bazel': build ?? '' });
    expect(await complaint('//example/team:team_config_image')).toContain(
      'this copy of the module dev_april_sisyphus is not built',
    );

    await workspace.write(teamPackage(`${rule}, binary_images = [":image_arm64"]`));
    expect(await complaint('//example/team:all')).toContain(
      'sisyphus_pushable team: expected either binary_image or binary_images',
    );
  });
});
