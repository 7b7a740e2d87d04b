import { formatPosition } from '../model/position.ts';
import type { Frame } from './protocol.ts';

/** Of a long back-trace the first and the last so many frames are shown. */
const shownAtEachEnd = 10;
const maxLineChars = 120;

/**
 * Prints a back-trace, outermost call first, each frame with its line of the program; undefined
 * where there is none.
 */
export function formatBackTrace(
  frames: readonly Frame[],
  files: ReadonlyMap<string, string>,
): string | undefined {
  if (frames.length === 0) return undefined;
  const lines = frames.map((frame) => formatFrame(frame, files));
  const left = lines.length - 2 * shownAtEachEnd;
  if (left > 0) lines.splice(shownAtEachEnd, left, `  … ${left} more calls …`);
  const called = frames.some((frame) => frame.function !== null);
  return [...(called ? ['Traceback (most recent call last):'] : []), ...lines].join('\n');
}

function formatFrame({ function: name, at }: Frame, files: ReadonlyMap<string, string>): string {
  const where = `  ${formatPosition(at)}${name === null ? '' : `, in ${name}`}`;
  const source = files.get(at.file)?.split('\n')[at.line - 1]?.trim().slice(0, maxLineChars);
  return source === undefined ? where : `${where}\n    ${source}`;
}
