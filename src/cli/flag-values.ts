import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../model/duration.ts';

/** Gathers the values of a flag that may be repeated. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** A text that says something. */
export function words(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected some words.');
  return text;
}

/** A whole number above 0. */
export function positiveInteger(text: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) {
    throw new InvalidArgumentError('expected a whole number above 0.');
  }
  return Number(text);
}

const MEMORY_UNITS: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

/** A size such as `256Mi`. @returns bytes */
export function memorySize(text: string): number {
  const match = /^([1-9][0-9]{0,9})(Ki|Mi|Gi)$/.exec(text);
  const unit = MEMORY_UNITS[match?.[2] ?? ''];
  if (match === null || unit === undefined) {
    throw new InvalidArgumentError('expected a size such as 256Mi or 1Gi.');
  }
  return Number(match[1]) * unit;
}

/** Durations read like `30s`, `5m`, `2h`. @returns milliseconds */
export function duration(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) return durationMs;
  throw new InvalidArgumentError('expected a duration such as 30s, 5m or 2h.');
}

/** How long to wait for something: a duration, or `0s` for not at all. @returns milliseconds */
export function patience(text: string): number {
  return /^0(ms|s|m|h)?$/.test(text) ? 0 : duration(text);
}
