import { describe, expect, it } from 'vitest';
import { UserError } from '../model/errors.ts';
import { defaultDatabaseUrl, parseDatabaseUrl } from './database-url.ts';

function failure(url: string): unknown {
  try {
    return parseDatabaseUrl(url);
  } catch (error) {
    return error;
  }
}

describe('parseDatabaseUrl', () => {
  it.each([
    ['sqlite:state.db', 'state.db'],
    ['sqlite://state.db', 'state.db'],
    ['sqlite://../folder/state.db', '../folder/state.db'],
    ['sqlite:/var/lib/state.db', '/var/lib/state.db'],
    ['sqlite:///var/lib/state.db', '/var/lib/state.db'],
    ['SQLite:state.db?mode=rwc', 'state.db'],
    ['sqlite:a%20b%3Fc%25.db', 'a b?c%.db'],
  ])('finds the file in %s', (url, path) => {
    expect(parseDatabaseUrl(url)).toEqual({ type: 'sqlite', path });
  });

  it.each([
    ['', /has no scheme/],
    ['state.db', /has no scheme/],
    ['oracle://db', /unknown scheme oracle:/],
    ['sqlite:', /names no file/],
    ['sqlite://', /names no file/],
    ['sqlite::memory:', /would forget/],
    ['sqlite:state.db?mode=ro', /only option/],
    ['sqlite:state.db?', /only option/],
    ['sqlite:100%.db', /write %25 for %/],
    ['sqlite:a%00b', /names no file/],
  ])('refuses "%s"', (url, message) => {
    const error = failure(url);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      code: 'invalid-database-url',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['postgres', 'postgres'],
    ['postgresql', 'postgres'],
    ['MySQL', 'mysql'],
    ['mariadb', 'mysql'],
  ])('finds a server in %s:', (scheme, type) => {
    const address = parseDatabaseUrl(`${scheme}://ann@db.example/state`);
    expect(address).toMatchObject({ type, host: 'db.example', user: 'ann', database: 'state' });
  });

  it('repeats nothing of a URL that may hold a password', () => {
    const error = failure('oracle://ann:canary@db.example/state');
    expect(JSON.stringify(error) + String(error)).not.toContain('canary');
  });
});

describe('defaultDatabaseUrl', () => {
  it('puts the file beside the monitor directory', () => {
    expect(defaultDatabaseUrl('/srv/deploy/production/')).toBe(
      'sqlite:/srv/deploy/production.sisyphus.db',
    );
  });

  it('names the same file when it is read back, whatever is in the path', () => {
    expect(parseDatabaseUrl(defaultDatabaseUrl('/srv/100%/a?b c#ü'))).toEqual({
      type: 'sqlite',
      path: '/srv/100%/a?b c#ü.sisyphus.db',
    });
  });
});
