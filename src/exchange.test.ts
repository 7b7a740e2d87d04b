import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type ExchangeOptions, exchange } from './exchange.ts';

/** What the server saw, and answers that it has not given yet. */
const seen: string[] = [];
const held: ServerResponse[] = [];
let connections = 0;

const server = createServer((request, response) => {
  seen.push(`${request.method} ${request.url}`);
  if (request.url === '/hold') held.push(response);
  else response.end(request.url?.slice(1));
});
server.on('connection', () => {
  connections += 1;
});
let pool: Pool;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
});

afterAll(async () => {
  await pool.destroy();
  server.close();
});

function send(
  method: 'GET' | 'HEAD' | 'POST' | 'DELETE',
  path: string,
  { body = null, ...options }: Partial<ExchangeOptions> & { readonly body?: string | null } = {},
): Promise<Answer> {
  return exchange(pool, { method, path, body }, { timeoutMs: 30_000, ...options });
}

describe('an exchange', () => {
  it('gives an answer whole', async () => {
    const { status, body, isWhole } = await send('GET', '/hello');
    expect({ status, body: String(body), isWhole }).toEqual({
      status: 200,
      body: 'hello',
      isWhole: true,
    });
  });

  it('keeps its connection, whatever the method', async () => {
    await send('GET', '/first');
    const before = connections;
    await send('HEAD', '/there');
    await send('DELETE', '/thing', { body: '{"preconditions":{}}' });
    await send('POST', '/thing', { body: '{}' });
    expect(connections).toBe(before);
  });

  it('cuts what is longer than it may be, and says so', async () => {
    const { body, isWhole } = await send('GET', '/hello', { maxBytes: () => 3 });
    expect({ bytes: body.length, isWhole }).toEqual({ bytes: 0, isWhole: false });
    expect(String((await send('GET', '/again')).body)).toBe('again');
  });

  it('ends with what is thrown right before it would be written, and is not', async () => {
    const lost = new Error('the lease was lost');
    const beforeWrite = () => {
      throw lost;
    };
    await expect(send('POST', '/fenced', { beforeWrite })).rejects.toBe(lost);
    expect(seen).not.toContain('POST /fenced');
    expect(String((await send('GET', '/after')).body)).toBe('after');
  });

  it('is never written once its time ran out while it waited for its connection', async () => {
    const first = send('GET', '/hold');
    const late = send('POST', '/late', { timeoutMs: 50 });
    await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
    held.pop()?.end('held');
    expect(String((await first).body)).toBe('held');
    expect(String((await send('GET', '/next')).body)).toBe('next');
    expect(seen).not.toContain('POST /late');
  });
});
