/** Which program this is, and what it speaks to Kubernetes with. */
export interface Build {
  /** As in package.json. */
  readonly version: string;
  /** The first 12 digits of the commit, with `-dirty` where files had been changed; or `unknown`. */
  readonly commit: string;
  /** The version of the Kubernetes client library. */
  readonly kubernetesClient: string;
  /** The version of Kubernetes' API that this library was made for: `1.34`. */
  readonly kubernetesApi: string;
}

/** Set by the build; missing when the source runs as it is. */
declare const SISYPHUS_BUILD: Build | undefined;

/** This program's build. */
export const build: Build =
  typeof SISYPHUS_BUILD === 'object'
    ? SISYPHUS_BUILD
    : {
        version: 'development',
        commit: 'unknown',
        kubernetesClient: 'unknown',
        kubernetesApi: 'unknown',
      };

/** This program's version. */
export const { version } = build;

/** What the program says of itself; the first line is what scripts cut up. */
export const versionText = [
  `sisyphus ${version} (commit ${build.commit})`,
  `Kubernetes client ${build.kubernetesClient} (API ${build.kubernetesApi})`,
  `Node.js ${process.versions.node}`,
].join('\n');
