import { UserError } from '../model/errors.ts';
import { compareBytes } from '../model/object.ts';

/** What an image runs on (OCI image spec 1.1, "Image Index"). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** Where clusters run, as a rule. */
export const DEFAULT_PLATFORMS: readonly string[] = ['linux/amd64', 'linux/arm64'];

const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/;

/**
 * Reads platforms as docker buildx writes them, `os/architecture[/variant]`, several with commas
 * between. They come out sorted and each once, so that their order makes no other image.
 *
 * @throws UserError `invalid-platform`
 */
export function parsePlatforms(texts: readonly string[]): Platform[] {
  const all = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  return [...new Set(all)].sort(compareBytes).map((text) => {
    if (!PLATFORM.test(text)) {
      throw new UserError(`"${text}" is not a platform.`, {
        code: 'invalid-platform',
        hint: 'Write os/architecture, as linux/amd64 or linux/arm/v7.',
      });
    }
    const [os = '', architecture = '', variant] = text.split('/');
    return { os, architecture, ...(variant !== undefined && { variant }) };
  });
}

/** Prints a platform as docker buildx does; undefined for one that is none, as of an attestation. */
export function formatPlatform(platform: Platform | undefined): string | undefined {
  if (platform === undefined || platform.os === 'unknown') return undefined;
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}
