import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { storeGzip } from './store-gzip.ts';

describe('stored gzip', () => {
  it.each([0, 1, 65_535, 65_536, 200_000])('unpacks to the same %i bytes', (size) => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, i) => (i * 7) % 251));
    expect(gunzipSync(storeGzip(bytes)).equals(bytes)).toBe(true);
  });

  it('is the same bytes for ever', () => {
    expect(storeGzip(Buffer.from('main')).toString('hex')).toBe(
      '1f8b08000000000000ff010400fbff6d61696e64cd28bf04000000',
    );
  });
});
