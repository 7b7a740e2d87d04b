import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type RegistryAccess, requestRegistry } from './registry-request.ts';
import { type TarFiles, tar } from './tar.ts';

/** What a manifest says about a blob or another manifest (OCI image specification, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** A layer as it goes into a registry. */
export interface Layer {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** The digest of the layer before compression. */
  readonly diffId: string;
}

/** An image to push: layers as files, or ready-made where a test wants them odd. */
export interface ImageSource {
  readonly repository: string;
  readonly tag?: string;
  readonly layers: readonly (TarFiles | Layer)[];
  /** Whose media types the manifest uses. Default: `oci`. */
  readonly format?: 'oci' | 'docker';
  /** How the image runs (OCI image specification, config.md, `config`). Default: it says nothing. */
  readonly execution?: { readonly Entrypoint: readonly string[] };
}

/** A multi-platform image to push; one manifest per platform, pushed before. */
export interface IndexSource {
  readonly repository: string;
  readonly tag?: string;
  readonly manifests: readonly Descriptor[];
  readonly format?: 'oci' | 'docker';
}

const mediaTypes = {
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const;

/** `sha256:…` of some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Makes a gzip layer of files; `mediaType` is OCI's unless a test says otherwise. */
export async function gzipLayer(
  files: TarFiles,
  mediaType: string = mediaTypes.oci.layer,
): Promise<Layer> {
  const archive = await tar(files);
  return { mediaType, bytes: gzipSync(archive), diffId: digestOf(archive) };
}

/**
 * Pushes an image and gives the descriptor of its manifest.
 * @throws RegistryRequestError when the registry refuses
 */
export async function pushImage(registry: RegistryAccess, image: ImageSource): Promise<Descriptor> {
  const types = mediaTypes[image.format ?? 'oci'];
  const layers = await Promise.all(
    image.layers.map((layer) => (isLayer(layer) ? layer : gzipLayer(layer, types.layer))),
  );
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: image.execution ?? {},
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    }),
  );
  const [configDescriptor, ...layerDescriptors] = await Promise.all([
    putBlob(registry, image.repository, config, types.config),
    ...layers.map((l) => putBlob(registry, image.repository, l.bytes, l.mediaType)),
  ]);
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: configDescriptor,
    layers: layerDescriptors,
  };
  return putManifest(registry, image.repository, manifest, types.manifest, image.tag);
}

/**
 * Pushes an index (or Docker's manifest list) over manifests that are in the same repository.
 * @throws RegistryRequestError when the registry refuses
 */
export function pushIndex(registry: RegistryAccess, source: IndexSource): Promise<Descriptor> {
  const type = mediaTypes[source.format ?? 'oci'].index;
  const architectures = ['amd64', 'arm64', 's390x', 'ppc64le'];
  const manifests = source.manifests.map((manifest, i) => ({
    ...manifest,
    platform: { os: 'linux', architecture: architectures[i % architectures.length] },
  }));
  const index = { schemaVersion: 2, mediaType: type, manifests };
  return putManifest(registry, source.repository, index, type, source.tag);
}

/** Uploads a blob as it is (OCI distribution specification, "Pushing blobs": POST then PUT). */
export async function putBlob(
  registry: RegistryAccess,
  repository: string,
  bytes: Uint8Array,
  mediaType = 'application/octet-stream',
): Promise<Descriptor> {
  const digest = digestOf(bytes);
  const upload = await requestRegistry(registry, {
    method: 'POST',
    url: `/v2/${repository}/blobs/uploads/`,
    scope: `repository:${repository}:pull,push`,
  });
  const location = new URL(String(upload.headers.location), registry.url);
  location.searchParams.set('digest', digest);
  await requestRegistry(registry, {
    method: 'PUT',
    url: location.href,
    scope: `repository:${repository}:pull,push`,
    contentType: 'application/octet-stream',
    body: bytes,
  });
  return { mediaType, digest, size: bytes.length };
}

/**
 * Uploads a manifest: an object, or bytes that go as they are.
 * @param reference the tag; its own digest where absent
 */
export async function putManifest(
  registry: RegistryAccess,
  repository: string,
  manifest: object | Uint8Array,
  mediaType: string,
  reference?: string,
): Promise<Descriptor> {
  const body =
    manifest instanceof Uint8Array ? manifest : Buffer.from(JSON.stringify(manifest, null, 2));
  const digest = digestOf(body);
  await requestRegistry(registry, {
    method: 'PUT',
    url: `/v2/${repository}/manifests/${reference ?? digest}`,
    scope: `repository:${repository}:pull,push`,
    contentType: mediaType,
    body,
  });
  return { mediaType, digest, size: body.length };
}

/**
 * The file in which a registry of the bed keeps a blob or manifest. A registry checks what it is
 * given, so bytes that do not match their digest have to be written here.
 */
export function blobPath(registry: { readonly storageFolder: string }, digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  const blobs = join(registry.storageFolder, 'docker/registry/v2/blobs');
  return join(blobs, algorithm, hex.slice(0, 2), hex, 'data');
}

function isLayer(layer: TarFiles | Layer): layer is Layer {
  return 'diffId' in layer && 'bytes' in layer && 'mediaType' in layer;
}
