import * as z from 'zod/mini';
import type { Resource } from './port.ts';

/** The types that a server told of, and those groups of which it could not tell. */
export interface DiscoveredTypes {
  /** Within a group the preferred version comes first. */
  readonly resources: readonly Resource[];
  /** `metrics.k8s.io/v1beta1`: versions whose own server does not answer. */
  readonly unknown: readonly string[];
}

const verbs = z.catch(z.array(z.string()), []);
/** Part of a URL and of a name in a file; anything else is no name that Kubernetes allows. */
const name = z.string().check(z.regex(/^[A-Za-z0-9.-]+$/));

const aggregatedVersion = z.object({
  version: name,
  freshness: z.optional(z.string()),
  resources: z.nullish(
    z.array(
      z.object({
        resource: name,
        responseKind: z.nullish(z.object({ kind: z.string() })),
        scope: z.string(),
        verbs,
      }),
    ),
  ),
});

const aggregatedSchema = z.object({
  kind: z.literal('APIGroupDiscoveryList'),
  items: z.array(
    z.object({
      metadata: z.object({ name: z.optional(z.union([name, z.literal('')])) }),
      versions: z.nullish(z.array(aggregatedVersion)),
    }),
  ),
});

/** Reads aggregated discovery (`apidiscovery.k8s.io/v2`); undefined for any other document. */
export function readAggregated(body: unknown): DiscoveredTypes | undefined {
  const parsed = aggregatedSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const versions = parsed.data.items.flatMap(({ metadata, versions }) =>
    (versions ?? []).map((version) => ({
      ...version,
      apiVersion: metadata.name ? `${metadata.name}/${version.version}` : version.version,
    })),
  );
  const resources = versions.flatMap(({ apiVersion, resources }) =>
    (resources ?? []).flatMap(({ resource, responseKind, scope, verbs }) => {
      if (!responseKind?.kind) return [];
      const namespaced = scope === 'Namespaced';
      const listable = verbs.includes('list');
      return [{ apiVersion, kind: responseKind.kind, resource, namespaced, listable }];
    }),
  );
  const stale = versions.filter(({ freshness }) => freshness === 'Stale');
  return { resources, unknown: stale.map(({ apiVersion }) => apiVersion) };
}

const coreSchema = z.object({ kind: z.literal('APIVersions'), versions: z.array(name) });

const groupVersion = z.object({
  groupVersion: z.string().check(z.regex(/^[a-z0-9.-]+\/[a-z0-9]+$/)),
});
const groupsSchema = z.object({
  kind: z.literal('APIGroupList'),
  groups: z.array(
    z.object({ versions: z.array(groupVersion), preferredVersion: z.optional(groupVersion) }),
  ),
});

/** Reads the versions of the core group from `/api`; undefined for any other document. */
export function readCoreVersions(body: unknown): string[] | undefined {
  return coreSchema.safeParse(body).data?.versions;
}

/** Reads `group/version` of all other groups from `/apis`, the preferred version of each first. */
export function readGroupVersions(body: unknown): string[] | undefined {
  const groups = groupsSchema.safeParse(body).data?.groups;
  return groups?.flatMap(({ versions, preferredVersion }) => {
    const all = [...(preferredVersion ? [preferredVersion] : []), ...versions];
    return [...new Set(all.map((version) => version.groupVersion))];
  });
}

const resourceListSchema = z.object({
  kind: z.literal('APIResourceList'),
  resources: z.array(
    z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean(), verbs }),
  ),
});

/** Reads the types of one version of one group; undefined for any other document. */
export function readResourceList(apiVersion: string, body: unknown): Resource[] | undefined {
  const resources = resourceListSchema.safeParse(body).data?.resources;
  return resources
    ?.filter((resource) => name.safeParse(resource.name).success)
    .map(({ name: resource, kind, namespaced, verbs }) => {
      return { apiVersion, kind, resource, namespaced, listable: verbs.includes('list') };
    });
}

/** Of several versions of a group the first one that has a type: that is the preferred one. */
export function preferredVersions(resources: readonly Resource[]): Resource[] {
  const seen = new Set<string>();
  return resources.filter(({ apiVersion, resource }) => {
    const id = `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${resource}`;
    return !seen.has(id) && seen.add(id);
  });
}
