import {
  GLOBAL_FOLDER,
  type KubernetesYamlDeclaration,
  type Located,
} from '../model/declaration.ts';
import type { DesiredObject } from '../model/desired.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import { isSecret, type Manifest } from '../model/object.ts';
import { type MaskedSecret, maskSecret } from './secret.ts';

/** Metadata that only an API server may set; files made with `kubectl get -o yaml` carry it. */
const SERVER_METADATA = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** Annotation in which `kubectl apply` keeps a whole manifest, a Secret's values included. */
const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Renders the objects of a `KubernetesYaml` declaration, the same in each of its clusters.
 *
 * @throws UserError for a Secret with a value that is none
 */
export function renderKubernetesYaml(declaration: KubernetesYamlDeclaration): DesiredObject[] {
  const folder = declaration.id.namespace;
  const rendered = declaration.objects.map((object) => renderObject(object, folder));
  return declaration.clusters.flatMap(({ value: cluster }) =>
    rendered.map((object) => {
      const { apiVersion, kind, metadata } = object.manifest;
      const { name, namespace = '' } = metadata;
      return {
        ...object,
        key: { cluster, apiVersion, kind, namespace, name },
        declaration: declaration.id,
      };
    }),
  );
}

function renderObject(
  { value, position }: Located<Manifest>,
  folder: string,
): Partial<MaskedSecret> & Pick<DesiredObject, 'manifest' | 'position'> {
  const { status: _status, ...declared } = value as Manifest & JsonObject;
  const manifest = { ...declared, metadata: cleanMetadata(value, folder) } as Manifest;
  const masked = isSecret(manifest) ? maskSecret(manifest, position) : { manifest };
  return { ...masked, position };
}

function cleanMetadata(manifest: Manifest, folder: string): Manifest['metadata'] {
  const kept = Object.entries(manifest.metadata).filter(([key]) => !SERVER_METADATA.includes(key));
  const metadata = Object.fromEntries(kept) as Manifest['metadata'];
  const namespaced = folder === GLOBAL_FOLDER ? metadata : { ...metadata, namespace: folder };
  if (!isJsonObject(metadata.annotations)) return namespaced;
  const { [LAST_APPLIED_ANNOTATION]: _values, ...annotations } = metadata.annotations;
  return { ...namespaced, annotations };
}
