import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatError, ServiceError } from '../../src/model/errors.ts';
import { controlPlaneBinaries } from './build.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { startServer, waitUntil } from './server-process.ts';

let scratch: string;
beforeEach(async () => {
  scratch = await makeScratch('server');
});
afterEach(() => removeScratch(scratch));

async function startEtcd(...flags: readonly string[]) {
  const { bed } = await controlPlaneBinaries();
  const args = ['etcd', ...flags];
  return startServer({ name: 'etcd', binary: bed, args, folder: scratch, scratch });
}

it('says why a server did not live', async () => {
  const server = await startEtcd('--no-such-flag');
  const wait = { purpose: 'a miracle', servers: [server], deadlineMs: 30_000 };
  const error = await waitUntil(wait, async () => undefined).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ServiceError);
  const text = formatError(error as ServiceError);
  expect(text).toContain("The bed's etcd ended while waiting for a miracle.");
  expect(text).toContain('no-such-flag');
});

it('gives up at the deadline', async () => {
  const socket = `unix://${scratch}/etcd.sock`;
  const server = await startEtcd(
    `--listen-client-urls=${socket}`,
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:0',
  );
  const wait = { purpose: 'a miracle', servers: [server], deadlineMs: 100 };
  await expect(waitUntil(wait, async () => undefined)).rejects.toThrow(
    'Waited 0.1 s for a miracle in vain.',
  );
  await server.kill();
  expect(server.hasEnded()).toBe(true);
});
