import { type Descriptor, pushImage } from './oci.ts';
import type { RegistryAccess } from './registry-request.ts';

/** A config image to push, as rules for it make one: a layer of programs and a layer that names them. */
export interface ConfigImageSource {
  readonly repository: string;
  readonly tag?: string;
  /** Starlark files by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The program among them. */
  readonly entrypoint: string;
  /** The image that the program is for: `host/repository` and digest. */
  readonly binary: { readonly repository: string; readonly digest: string };
}

/** Pushes a config image. The same source gives the same digest. */
export function pushConfigImage(
  registry: RegistryAccess,
  source: ConfigImageSource,
): Promise<Descriptor> {
  const { files, entrypoint, binary, ...target } = source;
  const index = {
    binary_digest: binary.digest,
    binary_repository: binary.repository,
    config_entrypoint: entrypoint,
  };
  const layers = [files, { 'index.json': JSON.stringify(index) }];
  return pushImage(registry, { ...target, layers });
}
