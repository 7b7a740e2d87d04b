import { expect, it } from 'vitest';
import { unreachable } from './http-error.ts';

function failure(code: string, message: string) {
  const url = new URL('https://registry.example/v2/');
  const request = { peer: 'registry', method: 'GET', url, maxBytes: 1 } as const;
  return unreachable(request, { url, code, error: new Error(message) }, 1);
}

it('names the names of a certificate of another host, which no authority mends', () => {
  const words = "Host: registry.example. is not in the cert's altnames: DNS:other.example";
  const error = failure('ERR_TLS_CERT_ALTNAME_INVALID', words);
  expect(error.message).toContain('its certificate is for other names');
  expect(error.hint).toBe(`Write the reference with a name of the certificate (${words}).`);
  expect(failure('SELF_SIGNED_CERT_IN_CHAIN', '').hint).toContain('NODE_EXTRA_CA_CERTS');
});

it('says what to look at where a connection is refused', () => {
  expect(failure('ECONNREFUSED', '').hint).toContain('host and port of the reference are right');
});
