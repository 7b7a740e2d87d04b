import { isJsonObject, type JsonObject } from '../model/json.ts';

/** The longest event of a watch: an object is at most 1.5 MiB in etcd, and JSON is longer. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/**
 * Reads JSON objects, one a line, as they come.
 *
 * @throws RangeError for a line of more than 16 MiB, TypeError for one that is no JSON object
 */
export async function* readJsonLines(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes = MAX_LINE_BYTES,
): AsyncGenerator<JsonObject> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      yield parseLine([...parts, chunk.subarray(from, end)]);
      [parts, bytes, from] = [[], 0, end + 1];
    }
    parts.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > maxLineBytes) throw new RangeError(`a line of more than ${maxLineBytes} bytes`);
  }
}

const NEWLINE = 0x0a;

function parseLine(parts: readonly Uint8Array[]): JsonObject {
  const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
  if (!isJsonObject(value)) throw new TypeError('a line that is no JSON object');
  return value;
}
