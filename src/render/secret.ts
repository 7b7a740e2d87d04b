import { SECRET_MASK, SecretValues } from '../model/desired.ts';
import { UserError } from '../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { compareBytes, type Manifest } from '../model/object.ts';
import type { SourcePosition } from '../model/position.ts';

/** A Secret with its values taken out. */
export interface MaskedSecret {
  readonly manifest: Manifest;
  readonly secret: SecretValues;
}

/**
 * Takes the values out of a Secret: `stringData` becomes `data` (it wins over a key of the same
 * name, as in the API server), and the manifest keeps a mask for every key.
 *
 * @throws UserError for a value that is not a string or, in `data`, not base64; never with the value
 */
export function maskSecret(manifest: Manifest, position: SourcePosition): MaskedSecret {
  const { data, stringData, type = 'Opaque', ...others } = manifest as Manifest & JsonObject;
  // Written out because nobody can read it back: answers about Secrets hold only metadata.
  const rest = { ...others, type: type ?? 'Opaque' };
  const values = new Map<string, string>();
  for (const [key, value] of entries(data, 'data', position)) {
    if (!isBase64(value)) {
      throw new UserError(
        `data.${key} of the Secret is not base64; use stringData for plain text`,
        {
          code: 'secret-value',
          position,
        },
      );
    }
    values.set(key, value);
  }
  for (const [key, value] of entries(stringData, 'stringData', position)) {
    values.set(key, Buffer.from(value, 'utf8').toString('base64'));
  }
  const sorted = new Map([...values].sort(([a], [b]) => compareBytes(a, b)));
  const secret = new SecretValues(sorted);
  const masks = Object.fromEntries(secret.keys.map((key) => [key, SECRET_MASK]));
  const masked = secret.keys.length === 0 ? rest : { ...rest, data: masks };
  return { manifest: masked as Manifest, secret };
}

function entries(
  map: JsonValue | undefined,
  field: string,
  position: SourcePosition,
): [string, string][] {
  if (map === undefined || map === null) return [];
  const wrong = (what: string) =>
    new UserError(`${what} of the Secret must be a string`, { code: 'secret-value', position });
  if (!isJsonObject(map)) throw wrong(`every value in ${field}`);
  return Object.entries(map).map(([key, value]) => {
    if (value === null) return [key, ''];
    if (typeof value !== 'string') throw wrong(`${field}.${key}`);
    return [key, value];
  });
}

function isBase64(text: string): boolean {
  const bare = text.replace(/[\r\n]/g, '');
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
}
