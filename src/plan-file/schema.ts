import * as z from 'zod/mini';
import { SECRET_MASK } from '../model/desired.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import { isSecret, type Manifest, sameObjectId } from '../model/object.ts';
import type { FieldChange } from '../model/plan.ts';
import type { SavedChange, SavedPlan } from './saved-plan.ts';

const text = z.string();
const texts = z.array(text);
const count = z.int().check(z.nonnegative());
const base64 = z.base64().check(z.maxLength(128));

const objectKey = z.strictObject({
  cluster: text,
  apiVersion: text,
  kind: text,
  namespace: text,
  name: text,
});
const declaration = z.strictObject({ kind: text, namespace: text, name: text });
const position = z.strictObject({
  file: text,
  line: z.int().check(z.positive()),
  column: z.int().check(z.positive()),
});

/** JSON is passed on as it was parsed: a copy could not be trusted with a key named `__proto__`. */
const json = z.custom<JsonValue>((value) => value !== undefined);
const manifest = z.custom<Manifest>(isManifest, 'expected a Kubernetes object');

const recordedVersion = z.strictObject({
  key: objectKey,
  uid: z.optional(text),
  resourceVersion: z.optional(text),
  declaration: z.optional(declaration),
  digest: text.check(z.regex(/^sha256:[0-9a-f]{64}$/)),
});

type Effect = FieldChange['effect'];
const effects: { readonly [E in Effect]: E } = {
  add: 'add',
  change: 'change',
  remove: 'remove',
  claim: 'claim',
  release: 'release',
  handover: 'handover',
};

const change = z
  .strictObject({
    action: z.enum(['create', 'update', 'recreate', 'delete']),
    key: objectKey,
    desired: z.optional(
      z.strictObject({
        manifest,
        declaration: z.optional(declaration),
        position: z.optional(position),
        image: z.optional(text),
      }),
    ),
    recorded: z.optional(recordedVersion),
    before: z.optional(json),
    fields: z.array(
      z.strictObject({
        path: texts.check(z.minLength(1)),
        effect: z.enum(effects),
        managers: texts,
        current: z.optional(json),
      }),
    ),
    reason: z.optional(text),
    warnings: texts,
    block: z.optional(z.strictObject({ reason: text, advice: text })),
  })
  .check(
    z.superRefine((one, context) => {
      for (const message of contradictions(one)) context.addIssue({ code: 'custom', message });
    }),
  );

const changes = z
  .array(change)
  .check(
    z.refine(
      (all) => new Set(all.map(({ key }) => sameObjectId(key))).size === all.length,
      'expected one change for each object',
    ),
  );

/** What a plan file must hold. Everything from a file is checked by it, and everything written too. */
export const savedPlanSchema: z.ZodMiniType<SavedPlan> = z.strictObject({
  program: text,
  createdAt: z.iso.datetime(),
  createdBy: text,
  repository: z.strictObject({ identity: text, directory: text }),
  served: z.optional(text),
  filter: z.strictObject({
    apiVersion: texts,
    cluster: texts,
    kind: texts,
    name: texts,
    namespace: texts,
  }),
  live: z.boolean(),
  objects: count,
  clusters: count,
  massDeletes: z.array(z.strictObject({ cluster: text, deletes: count, tracked: count })),
  changes,
  notices: z.array(z.strictObject({ key: objectKey, message: text })),
  releases: z.array(recordedVersion),
  claims: z.array(z.strictObject({ recorded: recordedVersion, declaration })),
  unavailable: z.record(text, text),
  values: z.optional(z.strictObject({ salt: base64, scrypt: base64 })),
});

/** What of a change cannot be true together: a plan shows one thing and does the same. */
function contradictions({ action, key, desired, recorded, before, fields }: SavedChange): string[] {
  const said: string[] = [];
  if ((action === 'delete') !== (desired === undefined)) {
    said.push('expected a desired manifest for everything but a delete');
  }
  if (action !== 'create' && recorded === undefined) said.push(`expected what the ${action} is of`);
  if (recorded !== undefined && sameObjectId(recorded.key) !== sameObjectId(key)) {
    said.push('expected the recorded version of the same object');
  }
  if (desired !== undefined && !isNamed(desired.manifest, key)) {
    said.push('expected the manifest of the object that the key names');
  }
  const currents = fields.map(({ path, current }) => path.reduceRight(nest, current));
  if (isSecret(key) && [desired?.manifest, before, ...currents].some(hasValue)) {
    said.push(`expected ${SECRET_MASK} for each value`);
  }
  return said;
}

function isNamed({ apiVersion, kind, metadata }: Manifest, key: SavedChange['key']): boolean {
  const { name, namespace = '' } = metadata;
  const named = { cluster: key.cluster, apiVersion, kind, namespace, name };
  return Object.entries(named).every(([part, value]) => key[part as keyof typeof named] === value);
}

function nest(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return value === undefined ? undefined : { [name]: value };
}

/** Whether a Secret holds anything but masks. */
function hasValue(secret: JsonValue | undefined): boolean {
  if (!isJsonObject(secret)) return secret !== undefined;
  return ['data', 'stringData'].some((field) => {
    const values = secret[field] ?? {};
    return !isJsonObject(values) || Object.values(values).some((value) => value !== SECRET_MASK);
  });
}

function isManifest(value: unknown): boolean {
  if (!isJsonObject(value) || !isJsonObject(value.metadata)) return false;
  const { name, namespace = '' } = value.metadata;
  return [value.apiVersion, value.kind, name, namespace].every((part) => typeof part === 'string');
}
