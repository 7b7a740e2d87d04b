import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { readJsonLines } from './json-lines.ts';

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const size of sizes) {
    yield bytes.subarray(from, from + size);
    from += size;
  }
  yield bytes.subarray(from);
}

async function collect(text: string, sizes: readonly number[] = [], maxLineBytes?: number) {
  const objects: JsonObject[] = [];
  for await (const object of readJsonLines(chunksOf(Buffer.from(text), sizes), maxLineBytes)) {
    objects.push(object);
  }
  return objects;
}

describe('JSON lines', () => {
  it('are the same however the bytes arrive', async () => {
    const objects = fc.array(fc.record({ name: fc.string({ unit: 'grapheme' }), n: fc.integer() }));
    await fc.assert(
      fc.asyncProperty(objects, fc.array(fc.nat(20)), async (sent, sizes) => {
        const text = sent.map((object) => `${JSON.stringify(object)}\n`).join('');
        expect(await collect(text, sizes)).toEqual(sent);
      }),
    );
  });

  it('leave out a last line that was cut off', async () => {
    expect(await collect('{"a":1}\n{"b":')).toEqual([{ a: 1 }]);
  });

  it('are refused when one is too long, before it is complete', async () => {
    await expect(collect(`{"a":"${'x'.repeat(100)}`, [50], 64)).rejects.toThrow(RangeError);
  });

  it('are refused when one is no JSON object', async () => {
    await expect(collect('[]\n')).rejects.toThrow(TypeError);
    await expect(collect('nonsense\n')).rejects.toThrow(SyntaxError);
  });
});
