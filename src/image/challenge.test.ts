import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseChallenge, parseChallenges } from './challenge.ts';

describe('parseChallenges', () => {
  it('reads the parameters of a bearer challenge', () => {
    const header =
      'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"';
    expect(parseChallenges(header)).toEqual([
      {
        scheme: 'bearer',
        parameters: {
          realm: 'https://auth.example/token',
          service: 'registry.example',
          scope: 'repository:a/b:pull,push',
        },
      },
    ]);
  });

  it('reads several challenges, escaped quotes, and parameters without quotes', () => {
    expect(parseChallenges('Negotiate, BASIC Realm="a \\"b\\", c" , Bearer realm=x')).toEqual([
      { scheme: 'negotiate', parameters: {} },
      { scheme: 'basic', parameters: { realm: 'a "b", c' } },
      { scheme: 'bearer', parameters: { realm: 'x' } },
    ]);
  });

  it('ends on every text', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseChallenges(text))));
  });
});

describe('chooseChallenge', () => {
  it('prefers a token to a password', () => {
    expect(chooseChallenge(['Basic realm="a"', 'Bearer realm="b"'])?.scheme).toBe('bearer');
    expect(chooseChallenge('Bearer, Basic realm="a"')?.scheme).toBe('basic');
  });

  it('finds nothing where nothing usable is offered', () => {
    expect(chooseChallenge('Negotiate')).toBeUndefined();
    expect(chooseChallenge(undefined)).toBeUndefined();
  });
});
