import { describe, expect, it } from 'vitest';
import { isPassingError, isPassingStatus, retryDelayMs } from './retry.ts';

const OPTIONS = { attempts: 4, baseDelayMs: 100, maxDelayMs: 5_000 };
const NOW_MS = Date.parse('2026-03-01T12:00:00Z');

describe('retryDelayMs', () => {
  it('doubles from attempt to attempt, with up to half of it as jitter', () => {
    for (const [attempt, fullMs] of [
      [1, 100],
      [2, 200],
      [3, 400],
      [9, 5_000],
    ] as const) {
      const delayMs = retryDelayMs(attempt, undefined, OPTIONS);
      expect(delayMs).toBeGreaterThanOrEqual(fullMs / 2);
      expect(delayMs).toBeLessThanOrEqual(fullMs);
    }
  });

  it('takes Retry-After as seconds or as an HTTP date', () => {
    expect(retryDelayMs(1, '3', OPTIONS, NOW_MS)).toBe(3_000);
    expect(retryDelayMs(1, '0', OPTIONS, NOW_MS)).toBe(0);
    expect(retryDelayMs(1, 'Sun, 01 Mar 2026 12:00:04 GMT', OPTIONS, NOW_MS)).toBe(4_000);
    expect(retryDelayMs(1, 'Sun, 01 Mar 2026 11:00:00 GMT', OPTIONS, NOW_MS)).toBe(0);
  });

  it('gives up when the server asks for more than the longest pause', () => {
    expect(retryDelayMs(1, '6', OPTIONS, NOW_MS)).toBeUndefined();
  });

  it('overlooks a Retry-After that is neither', () => {
    expect(retryDelayMs(1, 'soon', OPTIONS, NOW_MS)).toBeLessThanOrEqual(100);
  });
});

describe('what is tried again', () => {
  it('is what may pass, not what lasts', () => {
    expect([429, 500, 502, 503, 504].every(isPassingStatus)).toBe(true);
    expect([200, 400, 401, 403, 404, 501].some(isPassingStatus)).toBe(false);
    expect(['ECONNRESET', 'ECONNREFUSED', 'UND_ERR_SOCKET', 'TIMEOUT'].every(isPassingError)).toBe(
      true,
    );
    const lasting = ['ENOTFOUND', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'EPROTO'];
    expect(lasting.some(isPassingError)).toBe(false);
  });
});
