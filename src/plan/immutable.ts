import { apiGroup, isSecret, type Manifest, type ObjectKey, valueAt } from '../model/object.ts';
import type { Block, FieldChange } from '../model/plan.ts';
import { secretOwners } from './secret-owners.ts';

/** Fields of a kind that the API server refuses to change, as dotted paths. */
interface Immutability {
  /** Everything below these cannot change … */
  readonly fields: readonly string[];
  /** … but for these. */
  readonly except?: readonly string[];
}

/** What the API server's validation of updates refuses, by `group/Kind` (Kubernetes 1.36). */
const IMMUTABLE: Readonly<Record<string, Immutability>> = {
  'apps/Deployment': { fields: ['spec.selector'] },
  'apps/DaemonSet': { fields: ['spec.selector'] },
  'apps/ReplicaSet': { fields: ['spec.selector'] },
  'apps/ControllerRevision': { fields: ['data'] },
  'apps/StatefulSet': {
    fields: ['spec'],
    except: [
      'spec.minReadySeconds',
      'spec.ordinals',
      'spec.persistentVolumeClaimRetentionPolicy',
      'spec.replicas',
      'spec.revisionHistoryLimit',
      'spec.template',
      'spec.updateStrategy',
    ],
  },
  'batch/Job': {
    fields: ['spec'],
    except: [
      'spec.activeDeadlineSeconds',
      'spec.backoffLimit',
      'spec.parallelism',
      'spec.suspend',
      'spec.ttlSecondsAfterFinished',
    ],
  },
  '/Pod': {
    fields: ['spec'],
    except: ['spec.activeDeadlineSeconds', 'spec.tolerations', 'spec.schedulingGates'],
  },
  '/Service': {
    fields: [
      'spec.clusterIP',
      'spec.clusterIPs',
      'spec.healthCheckNodePort',
      'spec.ipFamilies',
      'spec.loadBalancerClass',
    ],
  },
  '/ResourceQuota': { fields: ['spec.scopeSelector', 'spec.scopes'] },
  '/Secret': { fields: ['type'] },
  '/PersistentVolumeClaim': {
    fields: ['spec'],
    except: ['spec.resources', 'spec.volumeAttributesClassName'],
  },
  '/PersistentVolume': {
    fields: ['spec'],
    except: [
      'spec.accessModes',
      'spec.capacity',
      'spec.claimRef',
      'spec.mountOptions',
      'spec.nodeAffinity',
      'spec.persistentVolumeReclaimPolicy',
      'spec.storageClassName',
      'spec.volumeAttributesClassName',
    ],
  },
  'apiextensions.k8s.io/CustomResourceDefinition': {
    fields: ['spec.group', 'spec.names.kind', 'spec.names.plural', 'spec.scope'],
  },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { fields: ['roleRef'] },
  'rbac.authorization.k8s.io/RoleBinding': { fields: ['roleRef'] },
  'storage.k8s.io/StorageClass': {
    fields: ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'],
  },
  'storage.k8s.io/VolumeAttributesClass': { fields: ['driverName', 'parameters'] },
  'storage.k8s.io/CSIDriver': { fields: ['spec.attachRequired', 'spec.volumeLifecycleModes'] },
  'storage.k8s.io/VolumeAttachment': { fields: ['spec'] },
  'scheduling.k8s.io/PriorityClass': { fields: ['preemptionPolicy', 'value'] },
  'node.k8s.io/RuntimeClass': { fields: ['handler'] },
  'networking.k8s.io/IngressClass': { fields: ['spec.controller'] },
  'discovery.k8s.io/EndpointSlice': { fields: ['addressType'] },
  'resource.k8s.io/ResourceClaim': { fields: ['spec'] },
  'resource.k8s.io/ResourceClaimTemplate': { fields: ['spec'] },
};

/** Kinds whose deletion loses data or more than the object itself: never recreated. */
const IRREPLACEABLE: readonly string[] = [
  '/Namespace',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  'apiextensions.k8s.io/CustomResourceDefinition',
];

/** The verdict on an update that the API server would refuse. */
export interface Recreation {
  readonly reason: string;
  readonly block?: Block;
}

/**
 * Tells whether changes need the object to be made anew, and whether that is allowed.
 *
 * @param current the object as recorded or live; a Secret's keys masked
 * @returns undefined where the API server takes the changes in place
 */
export function recreation(
  key: ObjectKey,
  fields: readonly FieldChange[],
  current: Manifest,
): Recreation | undefined {
  const kind = groupKind(key);
  const frozen = frozenByFlag(kind, current) ?? IMMUTABLE[kind];
  const refused = fields.find(
    (field) => ['add', 'change', 'remove'].includes(field.effect) && isRefused(frozen, field, kind),
  );
  if (refused === undefined) return undefined;
  const reason = `${refused.path.join('.')} cannot be changed in place`;
  if (IRREPLACEABLE.includes(kind)) {
    const advice = `a ${key.kind} is never recreated; declare it under a new name, or put the old value back`;
    return { reason, block: { reason, advice } };
  }
  if (isSecret(key)) {
    const { foreign } = secretOwners(current);
    if (foreign.length > 0) {
      const advice = `keys that Sisyphus did not create would be lost (${foreign.join(', ')}); declare a Secret of a new name, or put the old value back`;
      return { reason, block: { reason, advice } };
    }
  }
  return { reason };
}

function groupKind(key: ObjectKey): string {
  return `${apiGroup(key.apiVersion)}/${key.kind}`;
}

/** `immutable: true` of a ConfigMap or Secret freezes its data and itself. */
function frozenByFlag(kind: string, current: Manifest): Immutability | undefined {
  if (kind !== '/ConfigMap' && kind !== '/Secret') return undefined;
  if (valueAt(current, 'immutable') !== true) return undefined;
  return { fields: ['binaryData', 'data', 'immutable', 'type'] };
}

function isRefused(frozen: Immutability | undefined, field: FieldChange, kind: string): boolean {
  if (frozen === undefined) return false;
  const path = field.path.filter((part) => !part.startsWith('[')).join('.');
  const under = (prefix: string) => path === prefix || path.startsWith(`${prefix}.`);
  if (!frozen.fields.some(under) || (frozen.except ?? []).some(under)) return false;
  // A Service without a value yet (an ExternalName) may be given one; so may any optional field of it.
  if (kind === '/Service' && field.effect === 'add') return false;
  return !(kind === '/Pod' && path.endsWith('ontainers.image'));
}
