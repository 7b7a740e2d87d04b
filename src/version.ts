/** Set by the build; missing when the source runs as it is. */
declare const SISYPHUS_VERSION: string | undefined;

/** This program's version. */
export const version = typeof SISYPHUS_VERSION === 'string' ? SISYPHUS_VERSION : 'development';
