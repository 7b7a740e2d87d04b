import type { Resource } from './port.ts';

/** Types that every cluster serves and Sisyphus itself renders: nobody has to be asked about them. */
export const WELL_KNOWN: readonly Resource[] = [
  wellKnown('v1', 'Namespace', 'namespaces', false),
  wellKnown('v1', 'Service', 'services'),
  wellKnown('v1', 'Secret', 'secrets'),
  wellKnown('v1', 'ConfigMap', 'configmaps'),
  wellKnown('v1', 'ServiceAccount', 'serviceaccounts'),
  wellKnown('apps/v1', 'Deployment', 'deployments'),
  wellKnown('batch/v1', 'CronJob', 'cronjobs'),
];

function wellKnown(
  apiVersion: string,
  kind: string,
  resource: string,
  namespaced = true,
): Resource {
  return { apiVersion, kind, resource, namespaced, listable: true };
}
