import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inClusterAccess } from './in-cluster.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sisyphus-pod-'));
  await writeFile(join(folder, 'token'), 'token');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the access of a Pod', () => {
  it('uses the service account where the kubelet put it', () => {
    const environment = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '6443' };
    expect(inClusterAccess(environment, folder)).toEqual({
      context: 'in-cluster',
      cluster: {
        server: new URL('https://10.0.0.1:6443'),
        ca: { file: join(folder, 'ca.crt') },
        insecure: false,
      },
      user: { tokenFile: join(folder, 'token'), headers: {} },
    });
  });

  it('knows IPv6', () => {
    const access = inClusterAccess({ KUBERNETES_SERVICE_HOST: 'fd00::1' }, folder);
    expect(access?.cluster.server.href).toBe('https://[fd00::1]/');
  });

  it('is none outside of a Pod', async () => {
    expect(inClusterAccess({}, folder)).toBeUndefined();
    const nowhere = join(folder, 'nothing');
    expect(inClusterAccess({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, nowhere)).toBeUndefined();
  });
});
