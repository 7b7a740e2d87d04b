const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Durations read like `30s`, `5m`, `2h`. @returns milliseconds; undefined where it is none */
export function parseDuration(text: string): number | undefined {
  const match = /^([1-9][0-9]{0,6})(ms|s|m|h)$/.exec(text);
  const unitMs = UNITS_MS[match?.[2] ?? ''];
  return match === null || unitMs === undefined ? undefined : Number(match[1]) * unitMs;
}
