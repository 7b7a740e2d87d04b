import { describe, expect, it } from 'vitest';
import { chooseManifest, parseDiffIds, parseManifest } from './manifest.ts';

const OCI = 'application/vnd.oci.image';
const DOCKER = 'application/vnd.docker';
const digest = (n: number): string => `sha256:${String(n).padStart(64, '0')}`;
const descriptor = (mediaType: string, n = 1) => ({ mediaType, digest: digest(n), size: n });
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const parse = (value: unknown) => parseManifest(bytes(value), 'r.example/app');

const manifest = {
  schemaVersion: 2,
  mediaType: `${OCI}.manifest.v1+json`,
  config: descriptor(`${OCI}.config.v1+json`),
  layers: [descriptor(`${OCI}.layer.v1.tar+gzip`, 2)],
};

describe('parseManifest', () => {
  it('reads OCI and Docker manifests, with or without their own media type', () => {
    const { mediaType: _, ...bare } = manifest;
    const docker = {
      schemaVersion: 2,
      mediaType: `${DOCKER}.distribution.manifest.v2+json`,
      config: descriptor(`${DOCKER}.container.image.v1+json`),
      layers: [descriptor(`${DOCKER}.image.rootfs.diff.tar.gzip`, 2)],
    };
    for (const value of [manifest, bare, docker]) {
      expect(parse(value)).toMatchObject({ kind: 'manifest', layers: [{ digest: digest(2) }] });
    }
  });

  it.each(['tar', 'tar+gzip', 'tar+zstd'])('takes OCI layers of type %s', (type) => {
    expect(parse({ ...manifest, layers: [descriptor(`${OCI}.layer.v1.${type}`)] }).kind).toBe(
      'manifest',
    );
  });

  it('reads OCI indexes and Docker manifest lists', () => {
    for (const mediaType of [
      `${OCI}.index.v1+json`,
      `${DOCKER}.distribution.manifest.list.v2+json`,
    ]) {
      const manifests = [descriptor(manifest.mediaType)];
      expect(parse({ schemaVersion: 2, mediaType, manifests }).kind).toBe('index');
    }
  });

  it.each([
    ['text', '<html>', 'its manifest is not a JSON object'],
    ['a list', [], 'its manifest is not a JSON object'],
    [
      'schema 1',
      { schemaVersion: 1, name: 'app', fsLayers: [] },
      'has the schema version 1, expected 2',
    ],
    ['a chimera', { ...manifest, manifests: [] }, 'has both "manifests" and "layers"'],
    [
      'a manifest that calls itself an index',
      { ...manifest, mediaType: `${OCI}.index.v1+json` },
      `its manifest has the media type ${OCI}.index.v1+json, expected ${OCI}.manifest.v1+json`,
    ],
    [
      'a chart',
      { ...manifest, config: descriptor('application/vnd.cncf.helm.config.v1+json') },
      'it is an artifact of type application/vnd.cncf.helm.config.v1+json, not an image',
    ],
    [
      'an encrypted layer',
      { ...manifest, layers: [descriptor(`${OCI}.layer.v1.tar+gzip+encrypted`)] },
      'it has a layer of type',
    ],
    [
      'a digest that is a path',
      { ...manifest, layers: [{ ...manifest.layers[0], digest: 'sha256:../../etc/passwd' }] },
      'its manifest is wrong at layers.0.digest (expected a digest)',
    ],
    [
      'a negative size',
      { ...manifest, config: { ...manifest.config, size: -1 } },
      'at config.size',
    ],
    [
      'an index without manifests',
      { schemaVersion: 2, manifests: {} },
      'its index is wrong at manifests',
    ],
  ])('refuses %s', (_, value, why) => {
    expect(() => parse(value)).toThrow(why);
    expect(() => parse(value)).toThrow('r.example/app');
  });
});

describe('chooseManifest', () => {
  const child = (n: number, os: string, architecture: string, more = {}) => ({
    ...descriptor(manifest.mediaType, n),
    platform: { os, architecture },
    ...more,
  });
  const choose = (...manifests: object[]) =>
    chooseManifest(
      parseManifest(bytes({ schemaVersion: 2, manifests }), 'r.example/app') as never,
      'r.example/app',
    ).digest;

  it('takes linux/amd64 wherever it stands', () => {
    expect(choose(child(1, 'linux', 'arm64'), child(2, 'linux', 'amd64'))).toBe(digest(2));
  });

  it('takes the first image otherwise, never an attestation or an artifact', () => {
    expect(
      choose(
        child(1, 'unknown', 'unknown'),
        child(2, 'linux', 'amd64', { artifactType: 'application/x' }),
        child(3, 'linux', 'amd64', { mediaType: 'application/x' }),
        child(4, 'linux', 's390x'),
        child(5, 'linux', 'arm64'),
      ),
    ).toBe(digest(4));
  });

  it('takes an entry without a platform', () => {
    expect(choose(descriptor(manifest.mediaType, 7))).toBe(digest(7));
  });

  it('says that an index lists no image', () => {
    expect(() => choose(child(1, 'unknown', 'unknown'))).toThrow('its index lists no image');
  });
});

describe('parseDiffIds', () => {
  it('reads them and refuses what are none', () => {
    const config = (diff_ids: unknown) => bytes({ rootfs: { type: 'layers', diff_ids } });
    expect(parseDiffIds(config([digest(1)]), 'x')).toEqual([digest(1)]);
    expect(() => parseDiffIds(config(['x']), 'x')).toThrow('at rootfs.diff_ids.0');
    expect(() => parseDiffIds(bytes({}), 'x')).toThrow('its configuration is wrong at rootfs');
  });
});
