import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { retryDelayMs } from './retry.ts';

const limits = DEFAULT_LIMITS.retry;

describe('the pause before the next attempt', () => {
  it('doubles, with jitter', () => {
    for (const [attempt, fullMs] of [250, 500, 1_000, 2_000].entries()) {
      const delayMs = retryDelayMs({}, attempt + 1, 0, limits);
      expect(delayMs).toBeGreaterThanOrEqual(fullMs / 2);
      expect(delayMs).toBeLessThanOrEqual(fullMs);
    }
  });

  it('is what the server asks for, in seconds or as a date', () => {
    expect(retryDelayMs({ status: 429, retryAfter: '7' }, 1, 0, limits)).toBe(7_000);
    const inTenSeconds = new Date(Date.now() + 10_000).toUTCString();
    const delayMs = retryDelayMs({ status: 503, retryAfter: inTenSeconds }, 1, 0, limits);
    expect(delayMs).toBeGreaterThan(8_000);
    expect(delayMs).toBeLessThanOrEqual(10_000);
    expect(
      retryDelayMs({ status: 503, retryAfter: 'Thu, 01 Jan 1970 00:00:00 GMT' }, 1, 0, limits),
    ).toBe(0);
  });

  it('is its own where the server asks for nonsense', () => {
    expect(retryDelayMs({ status: 429, retryAfter: 'soon' }, 1, 0, limits)).toBeLessThanOrEqual(
      250,
    );
  });

  it('ends with the attempts, of which there are more where the server is busy', () => {
    expect(retryDelayMs({ status: 503 }, limits.attempts, 0, limits)).toBeUndefined();
    expect(retryDelayMs({ status: 429 }, limits.attempts, 0, limits)).toBeDefined();
    expect(retryDelayMs({ status: 429 }, limits.throttledAttempts, 0, limits)).toBeUndefined();
  });

  it('ends with the time, and where the server asks for too much of it', () => {
    expect(retryDelayMs({}, 1, limits.windowMs, limits)).toBeUndefined();
    expect(retryDelayMs({ status: 429, retryAfter: '3600' }, 1, 0, limits)).toBeUndefined();
  });
});
