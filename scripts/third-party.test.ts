import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundledPackages, linkedCrates, thirdPartyLicenses } from './third-party.ts';

async function component(license: string, files: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'sisyphus-component-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return { name: 'thing', version: '1.0.0', license, authors: 'Ada', folder };
}

describe('the licenses of what is inside the program', () => {
  it('are given once for all packages that share a text', async () => {
    const one = await component('MIT', { LICENSE: 'the text\r\n' });
    const text = await thirdPartyLicenses([{ ...one, name: 'zebra' }, one]);
    expect(text).toContain('\n\nthing 1.0.0 (MIT)\nzebra 1.0.0 (MIT)\n\nthe text\n');
    expect(await thirdPartyLicenses([one, { ...one, name: 'zebra' }])).toBe(text);
  });

  it('are the usual text where a package brings none', async () => {
    const mit = await thirdPartyLicenses([await component('MIT')]);
    expect(mit).toContain('Copyright (c) Ada\n\nPermission is hereby granted');
    const apache = await thirdPartyLicenses([await component('Apache-2.0')]);
    expect(apache).toContain('Version 2.0, January 2004');
    const unknown = thirdPartyLicenses([await component('Zlib')]);
    await expect(unknown).rejects.toMatchObject({ code: 'license-text-missing' });
  });

  it('stop the build where one is not allowed', async () => {
    const bad = thirdPartyLicenses([await component('MIT'), await component('GPL-3.0-only')]);
    await expect(bad).rejects.toMatchObject({
      code: 'license-not-allowed',
      detail: 'thing 1.0.0: GPL-3.0-only',
    });
  });
});

describe('what is inside', () => {
  it('is every package with a file in the bundle', async () => {
    const packages = await bundledPackages([
      'src/version.ts',
      'node_modules/picocolors/picocolors.js',
      'node_modules/@kubernetes/client-node/dist/index.js',
      'node_modules/@kubernetes/client-node/dist/config.js',
    ]);
    expect(packages.map(({ name, license }) => [name, license])).toEqual([
      ['@kubernetes/client-node', 'Apache-2.0'],
      ['picocolors', 'ISC'],
    ]);
  });

  it('is every crate that is linked, and none that only builds or tests', () => {
    const crate = (name: string, kind = 'lib') => ({
      ...{ id: name, name, version: '1.0.0', license: 'MIT', authors: ['Ada <ada@example.com>'] },
      manifest_path: `/crates/${name}/Cargo.toml`,
      targets: [{ kind: [kind] }],
    });
    const needs = (pkg: string, kind: string | null = null) => ({ pkg, dep_kinds: [{ kind }] });
    const crates = linkedCrates({
      packages: [
        ...[crate('engine'), crate('linked'), crate('deep')],
        ...[crate('derive', 'proc-macro'), crate('syntax'), crate('builder'), crate('tester')],
      ],
      resolve: {
        root: 'engine',
        nodes: [
          {
            id: 'engine',
            deps: [
              ...[needs('linked'), needs('derive')],
              ...[needs('builder', 'build'), needs('tester', 'dev')],
            ],
          },
          { id: 'linked', deps: [needs('deep')] },
          { id: 'derive', deps: [needs('syntax')] },
        ],
      },
    });
    expect(crates.map(({ name }) => name).sort()).toEqual(['deep', 'linked']);
    expect(crates[0]).toMatchObject({ authors: 'Ada', folder: '/crates/linked' });
  });
});
