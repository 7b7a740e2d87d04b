import type { Manifest } from './object.ts';
import type { SourcePosition } from './position.ts';

/** A declaration's name as written in the repository. `namespace` is the folder (`global` for the global one). */
export interface DeclarationId {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A text from the user's files and where it stands. */
export interface Located<T> {
  readonly value: T;
  readonly position: SourcePosition;
}

/** Names one key of a Secret. */
export interface SecretKeyRef {
  readonly name: string;
  readonly key: string;
}

interface ProgramDeclaration {
  readonly id: DeclarationId;
  readonly position: SourcePosition;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The environment the program is evaluated for: `prod`, `test`, … */
  readonly environment: string;
  /** The config image's reference as written. */
  readonly image: Located<string>;
  /** Where each variable of the program takes its value from, by the variable's name. */
  readonly variables: Readonly<Record<string, Located<SecretKeyRef>>>;
}

/** A port of the program that a Service makes reachable. */
export interface ServicePort {
  /** The Service port's name; the program's port name where it is left out. */
  readonly name?: string;
  readonly number: number;
  readonly position: SourcePosition;
}

/** A `Deployment` document. */
export interface DeploymentDeclaration extends ProgramDeclaration {
  readonly type: 'Deployment';
  /** Service ports by the name of the program's port; empty when there is no Service. */
  readonly servicePorts: Readonly<Record<string, ServicePort>>;
  /** Per context; `replicas` left out where an autoscaler owns it. */
  readonly footprint: Readonly<
    Record<string, { readonly replicas?: number; readonly position: SourcePosition }>
  >;
}

/** Kubernetes' rule for a CronJob whose last run has not finished. */
export type ConcurrencyPolicy = 'Allow' | 'Forbid' | 'Replace';

/** A `CronJob` document. */
export interface CronJobDeclaration extends ProgramDeclaration {
  readonly type: 'CronJob';
  readonly schedule: string;
  readonly concurrencyPolicy?: ConcurrencyPolicy;
  readonly restartPolicy: 'OnFailure' | 'Never';
  readonly footprint: Readonly<Record<string, { readonly position: SourcePosition }>>;
}

/** A `KubernetesYaml` document with its inline objects and those of its sources. */
export interface KubernetesYamlDeclaration {
  readonly type: 'KubernetesYaml';
  readonly id: DeclarationId;
  readonly position: SourcePosition;
  readonly clusters: readonly Located<string>[];
  /** As written, checked only for being objects with apiVersion, kind and metadata.name. */
  readonly objects: readonly Located<Manifest>[];
}

/** One document of a Sisyphus kind. `SisyphusYaml` documents are followed, not returned. */
export type Declaration = DeploymentDeclaration | CronJobDeclaration | KubernetesYamlDeclaration;

/** Prints a declaration's name for a person: `Deployment shop/echo`. */
export function formatDeclaration(id: DeclarationId): string {
  return `${id.kind} ${id.namespace}/${id.name}`;
}

/** The declaration's name as one string, usable as a map key. */
export function declarationKey(id: DeclarationId): string {
  return `${id.kind}|${id.namespace}|${id.name}`;
}

/** The folder that may define objects of any namespace and of none. */
export const GLOBAL_FOLDER = 'global';
