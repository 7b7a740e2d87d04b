import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UserError } from '../model/errors.ts';
import { parseDatabaseUrl } from './database-url.ts';
import type { ServerAddress } from './server-address.ts';

const CANARY = 'canary';

function address(url: string): ServerAddress {
  const parsed = parseDatabaseUrl(url);
  if (parsed.type === 'sqlite') throw new TypeError('a file is no server');
  return parsed;
}

function failure(url: string): unknown {
  try {
    return parseDatabaseUrl(url);
  } catch (error) {
    return error;
  }
}

describe('the URL of a server', () => {
  it('has defaults for what it does not say', () => {
    expect(address('postgres://ann@db.example/state')).toEqual({
      type: 'postgres',
      product: 'PostgreSQL',
      host: 'db.example',
      port: 5432,
      user: 'ann',
      database: 'state',
      tls: { mode: 'prefer' },
      connectTimeoutMs: 10_000,
    });
    expect(address('mariadb://ann@db.example/state')).toMatchObject({
      product: 'MariaDB',
      port: 3306,
      tls: { mode: 'prefer' },
    });
  });

  it('may be percent-encoded in all of its parts', () => {
    const { user, password, database, host } = address(
      'postgresql://ann%40home:p%40s%2Fs%3F%23%25%3A@[::1]:6543/my%2Fstate',
    );
    expect({ user, database, host }).toEqual({
      user: 'ann@home',
      database: 'my/state',
      host: '::1',
    });
    expect(password?.reveal()).toBe('p@s/s?#%:');
  });

  it.each([
    ['disable', { mode: 'disable' }],
    ['allow', { mode: 'prefer' }],
    ['prefer', { mode: 'prefer' }],
    ['require', { mode: 'require' }],
    ['require&sslrootcert=/ca.pem', { mode: 'verify-ca', caFile: '/ca.pem' }],
    ['verify-ca&sslrootcert=ca%20one.pem', { mode: 'verify-ca', caFile: 'ca one.pem' }],
    [
      'verify-full&sslcert=ann.pem&sslkey=ann.key',
      { mode: 'verify-full', certificateFile: 'ann.pem', keyFile: 'ann.key' },
    ],
  ])('speaks of TLS as libpq does: sslmode=%s', (mode, tls) => {
    expect(address(`postgres://ann@db.example/state?sslmode=${mode}`).tls).toEqual(tls);
  });

  it.each([
    ['ssl-mode=DISABLED', { mode: 'disable' }],
    ['ssl-mode=preferred', { mode: 'prefer' }],
    ['sslmode=REQUIRED', { mode: 'require' }],
    ['ssl-mode=VERIFY_CA&ssl-ca=/ca.pem', { mode: 'verify-ca', caFile: '/ca.pem' }],
    [
      'ssl-mode=VERIFY_IDENTITY&ssl-cert=ann.pem&ssl-key=ann.key',
      { mode: 'verify-full', certificateFile: 'ann.pem', keyFile: 'ann.key' },
    ],
  ])('speaks of TLS as the mysql client does: %s', (query, tls) => {
    expect(address(`mysql://ann@db.example/state?${query}`).tls).toEqual(tls);
  });

  it.each([
    ['postgres://ann@%2Frun%2Fpostgresql/state', '/run/postgresql'],
    ['postgres://ann@localhost/state?host=/run/postgresql', '/run/postgresql'],
    ['mysql://ann@localhost/state?socket=/run/mysqld.sock', '/run/mysqld.sock'],
  ])('may name a socket: %s', (url, socket) => {
    expect(address(url)).toMatchObject({ socket, tls: { mode: 'disable' } });
  });

  it('may say how long to wait and what the session needs', () => {
    const query = 'connect_timeout=3&options=-c%20search_path%3Ddeploy';
    expect(address(`postgres://ann@db.example/state?${query}`)).toMatchObject({
      connectTimeoutMs: 3_000,
      options: '-c search_path=deploy',
    });
    expect(address('mysql://ann@db.example/state?connect-timeout=4')).toMatchObject({
      connectTimeoutMs: 4_000,
    });
  });

  it.each([
    ['postgres://db.example/state', /names no user/],
    ['postgres://ann@db.example', /names no database/],
    ['postgres://ann@db.example/', /names no database/],
    ['postgres://ann@db.example:port/state', /cannot be read/],
    ['postgres://ann@db.example/my/state', /has a \/ or @/],
    ['postgres://ann@db.example/state#x', /holds a #/],
    ['postgres://ann:100%@db.example/state', /write %25 for %/],
    ['postgres://ann:a%00b@db.example/state', /zero byte/],
    ['postgres://ann@db.example/state?ssl-mode=REQUIRED', /unknown option; known are sslmode,/],
    ['mysql://ann@db.example/state?sslrootcert=x', /unknown option; known are ssl-mode,/],
    ['postgres://ann@db.example/state?sslmode=yes', /unknown mode of TLS; known are disable,/],
    ['mysql://ann@db.example/state?ssl-mode=require', /known are DISABLED, PREFERRED,/],
    ['mysql://ann@db.example/state?ssl-mode=DISABLED&sslmode=DISABLED', /sslmode twice/],
    ['postgres://ann@db.example/state?sslcert=ann.pem', /without its key/],
    ['postgres://ann@localhost/state?host=db.example', /not absolute/],
    ['postgres://ann@db.example/state?connect_timeout=0', /no number of seconds/],
  ])('is refused: %s', (url, message) => {
    const error = failure(url);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      code: 'invalid-database-url',
      message: expect.stringMatching(message),
    });
  });

  it.each([`postgres://ann:${CANARY}@db.example/state`, `mysql://ann:${CANARY}@db.example/state`])(
    'shows no password when it is printed: %s',
    (url) => {
      const parsed = address(url);
      const printed = [JSON.stringify(parsed), inspect(parsed), `${parsed.password}`];
      expect(printed.join()).not.toContain(CANARY);
      expect(parsed.password?.reveal()).toBe(CANARY);
    },
  );

  it.each([
    `${CANARY}/x@db.example/state`,
    `12/${CANARY}@db.example/state`,
    `12?${CANARY}@db.example/state`,
    `12?${CANARY}=1@db.example/state`,
    `12#${CANARY}@db.example/state`,
    `x@y/${CANARY}@db.example/state`,
    `${CANARY}%@db.example/state`,
    `x@db.example:${CANARY}/state`,
    `x@db.example/state?${CANARY}`,
    `x@db.example/state?sslmode=${CANARY}`,
    `x@db.example/state?connect_timeout=${CANARY}`,
    `x@db.example/state?host=${CANARY}`,
    `x@db.example/state#${CANARY}`,
  ])('repeats nothing of a password that was written as it is: %s', (rest) => {
    const error = failure(`postgres://ann:${rest}`);
    expect(error).toBeInstanceOf(UserError);
    expect(JSON.stringify(error) + inspect(error)).not.toContain(CANARY);
  });
});
