import { UserError } from '../model/errors.ts';
import { Password } from './password.ts';
import type { ServerAddress, TlsChoice, TlsMode } from './server-address.ts';

const CONNECT_TIMEOUT_SECONDS = 10;

/** What may follow the `?` of a URL, by what it means here. */
type Parameter =
  | 'mode'
  | 'caFile'
  | 'certificateFile'
  | 'keyFile'
  | 'socket'
  | 'connectTimeout'
  | 'options';
type Parameters = Partial<Record<Parameter, string>>;

/** How the URLs of one kind of server are written. */
interface Family {
  readonly type: ServerAddress['type'];
  readonly defaultPort: number;
  /** The names of the parameters, and what they mean here. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The names of the TLS modes. */
  readonly modes: Readonly<Record<string, TlsMode>>;
}

/** libpq's names: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS */
const POSTGRES: Family = {
  type: 'postgres',
  defaultPort: 5432,
  parameters: {
    sslmode: 'mode',
    sslrootcert: 'caFile',
    sslcert: 'certificateFile',
    sslkey: 'keyFile',
    host: 'socket',
    connect_timeout: 'connectTimeout',
    options: 'options',
  },
  modes: {
    disable: 'disable',
    allow: 'prefer',
    prefer: 'prefer',
    require: 'require',
    'verify-ca': 'verify-ca',
    'verify-full': 'verify-full',
  },
};

/** The options of the mysql client: https://dev.mysql.com/doc/refman/8.4/en/connection-options.html */
const MYSQL: Family = {
  type: 'mysql',
  defaultPort: 3306,
  parameters: {
    'ssl-mode': 'mode',
    sslmode: 'mode',
    'ssl-ca': 'caFile',
    'ssl-cert': 'certificateFile',
    'ssl-key': 'keyFile',
    socket: 'socket',
    'connect-timeout': 'connectTimeout',
  },
  modes: {
    DISABLED: 'disable',
    PREFERRED: 'prefer',
    REQUIRED: 'require',
    VERIFY_CA: 'verify-ca',
    VERIFY_IDENTITY: 'verify-full',
  },
};

/** The schemes of URLs that name a server. */
export const serverSchemes: Readonly<
  Record<string, { readonly family: Family; readonly product: ServerAddress['product'] }>
> = {
  postgres: { family: POSTGRES, product: 'PostgreSQL' },
  postgresql: { family: POSTGRES, product: 'PostgreSQL' },
  mysql: { family: MYSQL, product: 'MySQL' },
  mariadb: { family: MYSQL, product: 'MariaDB' },
};

/**
 * Takes the URL of a database on a server apart: `SCHEME://USER:PASSWORD@HOST:PORT/DATABASE?…`, its
 * parts percent-encoded. No message repeats anything of it but what was checked to be harmless: a
 * password that was not encoded may end up in any other part.
 * @throws UserError `invalid-database-url`
 */
export function parseServerUrl(url: string, scheme: keyof typeof serverSchemes): ServerAddress {
  const kind = serverSchemes[scheme];
  if (kind === undefined) throw new TypeError(`no server has the scheme ${scheme}`);
  const { family, product } = kind;
  const fail = (message: string) => invalid(`The ${scheme}: URL ${message}`, scheme);
  const parts = tryParse(url);
  if (parts === undefined) {
    throw fail('cannot be read; a / ? # or @ in a user name or password must be percent-encoded.');
  }
  if (parts.hash !== '') throw fail('holds a #; write %23 for it.');
  const part = (text: string) => decode(text, fail);
  const user = part(parts.username);
  if (user === '') throw fail('names no user.');
  const database = part(parts.pathname.slice(1));
  if (database === '') throw fail('names no database.');
  if (/[/@]/.test(parts.pathname.slice(1))) {
    throw fail('has a / or @ in the name of the database; percent-encode it.');
  }
  const host = part(parts.hostname.replace(/^\[(.*)\]$/, '$1'));
  const parameters = readParameters(parts.search, family, fail);
  const socket = readSocket(host.startsWith('/') ? host : parameters.socket, fail);
  const password = part(parts.password);
  return {
    type: family.type,
    product,
    host,
    port: parts.port === '' ? family.defaultPort : Number(parts.port),
    ...(socket !== undefined && { socket }),
    user,
    ...(password !== '' && { password: new Password(password) }),
    database,
    tls: socket === undefined ? readTls(parameters, family, fail) : { mode: 'disable' },
    connectTimeoutMs: 1_000 * readTimeout(parameters.connectTimeout, fail),
    ...(parameters.options !== undefined && { options: parameters.options }),
  };
}

type Fail = (message: string) => UserError;

/** The parser's own error repeats the URL, so it is dropped. */
function tryParse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function readParameters(query: string, { parameters }: Family, fail: Fail): Parameters {
  const read: Parameters = {};
  for (const pair of query.slice(1).split('&')) {
    if (pair === '') continue;
    const [name = '', ...value] = pair.split('=');
    const known = parameters[name];
    if (known === undefined) {
      throw fail(`has an unknown option; known are ${Object.keys(parameters).join(', ')}.`);
    }
    if (read[known] !== undefined) throw fail(`has the option ${name} twice.`);
    read[known] = decode(value.join('='), fail);
  }
  return read;
}

function readTls(parameters: Parameters, { modes }: Family, fail: Fail): TlsChoice {
  const { mode: name, caFile, certificateFile, keyFile } = parameters;
  const names = Object.entries(modes);
  const chosen = name ?? names.find(([, mode]) => mode === 'prefer')?.[0];
  const mode = names.find(([known]) => known.toLowerCase() === chosen?.toLowerCase())?.[1];
  if (mode === undefined) {
    throw fail(`has an unknown mode of TLS; known are ${Object.keys(modes).join(', ')}.`);
  }
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw fail('names a certificate without its key, or a key without its certificate.');
  }
  return {
    // libpq, too, verifies the certificate as soon as it has something to verify it with.
    mode: mode === 'require' && caFile !== undefined ? 'verify-ca' : mode,
    ...(caFile !== undefined && { caFile }),
    ...(certificateFile !== undefined && { certificateFile }),
    ...(keyFile !== undefined && { keyFile }),
  };
}

function readSocket(path: string | undefined, fail: Fail): string | undefined {
  if (path === undefined || path.startsWith('/')) return path;
  throw fail('names a socket by a path that is not absolute.');
}

function readTimeout(seconds: string | undefined, fail: Fail): number {
  if (seconds === undefined) return CONNECT_TIMEOUT_SECONDS;
  if (/^[1-9]\d{0,3}$/.test(seconds)) return Number(seconds);
  throw fail('has a timeout that is no number of seconds from 1 to 9999.');
}

function decode(text: string, fail: Fail): string {
  try {
    const decoded = decodeURIComponent(text);
    if (!decoded.includes('\0')) return decoded;
  } catch {
    throw fail('holds a % without two hexadecimal digits; write %25 for %.');
  }
  throw fail('holds a zero byte.');
}

function invalid(message: string, scheme: string): UserError {
  return new UserError(message, {
    code: 'invalid-database-url',
    hint: `Write ${scheme}://USER:PASSWORD@HOST:PORT/DATABASE.`,
  });
}
