import { describe, expect, it } from 'vitest';
import { redirectTarget } from './redirect.ts';

const target = (from: string, location: string, status = 307): string | undefined =>
  redirectTarget({ status, headers: { location }, url: new URL(from) })?.href;

describe('redirectTarget', () => {
  it('takes addresses and paths', () => {
    expect(target('https://a.example/v2/x', 'https://b.example/y?z')).toBe('https://b.example/y?z');
    expect(target('https://a.example/v2/x', '../y', 301)).toBe('https://a.example/y');
    expect(target('http://a.example/x', 'https://a.example/x')).toBe('https://a.example/x');
    expect(target('http://a.example/x', 'http://b.example/x')).toBe('http://b.example/x');
  });

  it('overlooks a location of an answer that is no redirect', () => {
    expect(target('https://a.example/', 'https://b.example/', 201)).toBeUndefined();
    expect(target('https://a.example/', 'https://b.example/', 304)).toBeUndefined();
  });

  it('never leads from https to http', () => {
    expect(() => target('https://a.example/', 'http://a.example/?secret')).toThrow(
      'The registry at a.example redirects to http://a.example.',
    );
  });
});
