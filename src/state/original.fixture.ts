import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { DatabaseKind } from './test-databases.ts';

/** An object as the Original records it. */
interface OriginalObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** When the Original recorded it, and in which cluster; as everything of it was, unless told. */
interface Recorded {
  readonly cluster?: string;
  readonly created?: string;
  /** In place of the object's YAML. */
  readonly yaml?: string;
}

const BORN = '2026-11-21T00:30:02Z';

const fixture = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The statements that make a database of the Original, for the kinds that the Original can use. */
export const originals: Readonly<Partial<Record<DatabaseKind['name'], string>>> = {
  sqlite: fixture('./original.fixture.sql'),
  postgres:
    fixture('./original.fixture.sql').replaceAll(
      'TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP',
      'TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP',
    ) + fixture('./original-audit.fixture.sql'),
};

/** The statements that make the Original's tables, without rows. */
export function originalTables(kind: DatabaseKind['name']): string {
  return (originals[kind] ?? '').replace(/^INSERT INTO .*?'\);$|^UPDATE .*?;$/gms, '');
}

/** The statement that records an object. */
export function originalRow(object: OriginalObject, recorded: Recorded = {}): string {
  const { apiVersion, kind, metadata } = object;
  const { cluster = 'east', created = '2026-11-21 00:30:02', yaml } = recorded;
  const text = yaml ?? stringify(object, { sortMapEntries: true });
  const key = [metadata.name, metadata.namespace ?? '', kind, apiVersion, cluster];
  const values = [...key, created, created, text].map((one) => `'${one.replaceAll("'", "''")}'`);
  return `INSERT INTO kubernetes_objects
    (name, namespace, kind, api_version, cluster, created, last_updated, yaml)
    VALUES (${values.join(', ')});`;
}

/** A managed fields entry of an object that was created at the usual time. */
export function managedBy(
  manager: string,
  operation: 'Apply' | 'Update',
  fields: Readonly<Record<string, unknown>>,
) {
  const common = { apiVersion: 'v1', fieldsType: 'FieldsV1', time: BORN };
  return { ...common, manager, operation, fieldsV1: { 'f:metadata': fields } };
}

/** A Namespace, as the Original's apply of its bare name leaves it. */
export function originalNamespace(name: string, managedFields?: unknown[]): OriginalObject {
  const labels = { 'kubernetes.io/metadata.name': name };
  const metadata = { name, labels, creationTimestamp: BORN, resourceVersion: '5409', uid: name };
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { ...metadata, ...(managedFields && { managedFields }) },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}
