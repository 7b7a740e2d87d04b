import type { JsonValue } from '../model/json.ts';

/** Fields below which every value is a quantity, which the API server rewrites: `1000m` becomes `1`. */
const QUANTITY_FIELDS = ['averageValue', 'capacity', 'hard', 'limits', 'requests', 'sizeLimit'];

/** Whether a field holds a quantity. */
export function isQuantityPath(path: readonly string[]): boolean {
  return path[0] === 'spec' && path.some((name) => QUANTITY_FIELDS.includes(name));
}

/** Whether two values are the same quantity, however it is written. */
export function isSameQuantity(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  const [first, second] = [amountOf(a), amountOf(b)];
  if (first === undefined || second === undefined) return false;
  return Math.abs(first - second) <= Math.abs(first) * Number.EPSILON * 4;
}

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function amountOf(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const [, digits, suffix = '', exponent = '0'] = QUANTITY.exec(String(value)) ?? [];
  if (digits === undefined) return undefined;
  const factor = BINARY.includes(suffix)
    ? 1024 ** BINARY.indexOf(suffix)
    : 1000 ** (DECIMAL.indexOf(suffix) - DECIMAL.indexOf(''));
  return Number(`${digits}e${exponent}`) * factor;
}
