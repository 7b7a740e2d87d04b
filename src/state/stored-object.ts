import type { Selectable } from 'kysely';
import type { DeclarationId } from '../model/declaration.ts';
import type { Manifest } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';
import { manifestText, readManifest, type TextReader } from './manifest-text.ts';
import type { ObjectsTable } from './schema.ts';

/** An object's row without its times. */
type ObjectRow = Selectable<Omit<ObjectsTable, 'created' | 'last_updated'>>;

/**
 * An object as its row tells it. The manifests are read when they are first asked for, because most
 * plans look into few of them; they are fields of the object itself, so that a spread copies them.
 */
export function storedObject(row: ObjectRow, read: TextReader): RecordedObject {
  const key = {
    cluster: row.cluster,
    apiVersion: row.api_version,
    kind: row.kind,
    namespace: row.namespace,
    name: row.name,
  };
  const texts = { yaml: row.yaml, sent: row.sent };
  let answer: Manifest | undefined;
  let sent: Manifest | undefined;
  const record: RecordedObject = {
    key,
    get answer() {
      answer ??= readManifest(read, { key, column: 'yaml', text: texts.yaml });
      return answer;
    },
    get sent() {
      if (texts.sent !== null)
        sent ??= readManifest(read, { key, column: 'sent', text: texts.sent });
      return sent;
    },
    declaration: declarationOf(row),
    createdHere: row.created_here === null ? undefined : row.created_here === 1,
  };
  return Object.defineProperties(record, {
    isSent: { value: (manifest: Manifest) => manifestText(manifest) === texts.sent },
    isAnswer: { value: (manifest: Manifest) => manifestText(manifest) === texts.yaml },
  });
}

function declarationOf(row: ObjectRow): DeclarationId | undefined {
  const { declaration_kind: kind, declaration_namespace: namespace, declaration_name: name } = row;
  if (kind === null || namespace === null || name === null) return undefined;
  return { kind, namespace, name };
}
