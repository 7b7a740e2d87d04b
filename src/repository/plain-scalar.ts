/**
 * How unquoted text becomes a value.
 *
 * - `sisyphus`: the YAML 1.2 core schema, but digits after a leading zero stay text, as in the
 *   parser of the Original (serde_yaml). `yes`, `on` and `0644` are text.
 * - `kubernetes`: what kubectl reads (sigs.k8s.io/yaml on go-yaml v2, YAML 1.1 in the main):
 *   `yes` and `on` are true, `0644` is 420, `1_000` is 1000, `1:30` and dates are text.
 */
export type Reading = 'sisyphus' | 'kubernetes';

/**
 * A scalar's value before it is known to fit JSON: a bigint is an integer that a double cannot hold
 * exactly, and a number may be infinite or NaN.
 */
export type ScalarValue = null | boolean | number | bigint | string;

const CORE_WORDS = wordTable<null | boolean | number>([
  [null, '', '~', 'null', 'Null', 'NULL'],
  [true, 'true', 'True', 'TRUE'],
  [false, 'false', 'False', 'FALSE'],
  [Number.NaN, '.nan', '.NaN', '.NAN'],
  [Number.POSITIVE_INFINITY, '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'],
  [Number.NEGATIVE_INFINITY, '-.inf', '-.Inf', '-.INF'],
]);

const KUBECTL_BOOLEANS = wordTable([
  [true, 'y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'],
  [false, 'n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'],
]);

const CORE_INTEGER = /^[-+]?(?:0|[1-9]\d*|0x[\da-fA-F]+|0o[0-7]+|0b[01]+)$/;
const KUBECTL_INTEGER = /^[-+]?(?:0[0-7]*|[1-9]\d*|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/;
const LEADING_ZERO = /^[-+]?0\d+$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const MAY_BE_NUMBER = /^[-+.\d]/;

/** Resolves unquoted text to a value in the given reading. */
export function resolvePlainScalar(text: string, reading: Reading): ScalarValue {
  const word = CORE_WORDS.get(text);
  if (word !== undefined) return word;
  if (MAY_BE_NUMBER.test(text)) {
    return reading === 'sisyphus' ? coreNumber(text) : kubectlNumber(text);
  }
  return (reading === 'kubernetes' ? KUBECTL_BOOLEANS.get(text) : undefined) ?? text;
}

function coreNumber(text: string): ScalarValue {
  if (CORE_INTEGER.test(text)) return integer(text);
  return LEADING_ZERO.test(text) ? text : (float(text) ?? text);
}

function kubectlNumber(text: string): ScalarValue {
  // go-yaml drops underscores from everything that starts with a digit or a sign.
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  if (KUBECTL_INTEGER.test(digits)) return integer(digits.replace(/^([-+]?)0(?=\d)/, '$10o'));
  return float(digits) ?? text;
}

/** Takes decimal digits or the prefixes 0x, 0o and 0b, with an optional sign. */
function integer(text: string): number | bigint {
  const magnitude = BigInt(text.replace(/^[-+]/, ''));
  const exact = text.startsWith('-') ? -magnitude : magnitude;
  const value = Number(exact);
  return Number.isSafeInteger(value) ? value : exact;
}

/** A number too large for a double is text to kubectl and to the Original alike. */
function float(text: string): number | undefined {
  if (!FLOAT.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function wordTable<T>(rows: readonly (readonly [T, ...string[]])[]): Map<string, T> {
  return new Map(rows.flatMap(([value, ...words]) => words.map((word) => [word, value] as const)));
}
