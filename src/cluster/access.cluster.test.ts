import { X509Certificate } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { dirname, join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClusterFixture,
  configMap,
  failureOf,
  keyOf,
  startCluster,
} from './cluster-fixture.ts';
import { UnreachableError } from './errors.ts';
import { openClusters } from './kubeconfig.ts';

const ANYTHING = keyOf(configMap('anything'));

let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await startCluster();
});
afterAll(() => fixture.stop());

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('credentials', () => {
  it('that are refused are an error that says so', async () => {
    const east = await fixture.open({ user: { token: 'nonsense' } });
    const error = await failureOf(east.get(ANYTHING));
    expect(error.message).toBe(
      'cluster east refused to read ConfigMap default/anything: Unauthorized',
    );
    expect(error).toMatchObject({ status: 401, hint: expect.stringContaining('log in') });
  });

  it('of an exec plugin are asked for again when they are refused', async () => {
    const command = join(fixture.folder, 'login');
    const script = [
      '#!/bin/sh',
      `echo run >> ${command}.runs`,
      `[ $(grep -c . ${command}.runs) = 1 ] && token=expired || token=${fixture.token}`,
      'echo "{\\"kind\\":\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"$token\\"}}"',
    ];
    await writeFile(command, script.join('\n'));
    await chmod(command, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command };
    const east = await fixture.open({ user: { token: undefined, exec } });
    const found = await Promise.all(Array.from({ length: 20 }, () => east.get(ANYTHING)));
    expect(found).toEqual(Array(20).fill(undefined));
    expect(await readFile(`${command}.runs`, 'utf8')).toBe('run\nrun\n');
  });

  it('of a token file are read again when they are refused', async () => {
    const tokenFile = join(fixture.folder, 'token');
    await writeFile(tokenFile, `${fixture.token}\n`);
    const revoked = { path: /revoked/, times: 1, fault: { status: 401 } };
    const [east, proxy] = await fixture.openThrough([revoked], {
      user: { token: undefined, tokenFile },
    });
    expect(await east.get(ANYTHING)).toBeUndefined();
    await fixture.bed.kubectl(['create', 'serviceaccount', 'rotated']);
    await fixture.bed.kubectl([
      'create',
      'clusterrolebinding',
      'rotated',
      '--clusterrole=cluster-admin',
      '--serviceaccount=default:rotated',
    ]);
    const rotated = await fixture.bed.kubectl(['create', 'token', 'rotated']);
    await writeFile(tokenFile, rotated);
    expect(await east.get(keyOf(configMap('revoked')))).toBeUndefined();
    expect(proxy.seen.map((request) => request.authorization)).toEqual([
      `Bearer ${fixture.token}`,
      `Bearer ${fixture.token}`,
      `Bearer ${rotated}`,
    ]);
  });

  it('of a service account that may not do a thing say which permission is missing', async () => {
    await fixture.bed.kubectl(['create', 'serviceaccount', 'weak']);
    const token = await fixture.bed.kubectl(['create', 'token', 'weak']);
    const east = await fixture.open({ user: { token } });
    const manifest = configMap('forbidden');
    const error = await failureOf(east.apply(manifest, { manager: 'sisyphus', force: true }));
    expect(error).toMatchObject({
      status: 403,
      reason: 'Forbidden',
      hint: expect.stringContaining(
        'permission to patch and create configmaps in namespace default',
      ),
    });
  });

  it("may be somebody else's", async () => {
    const east = await fixture.open({ user: { as: 'jane', 'as-groups': ['system:masters'] } });
    const weak = await fixture.open({ user: { as: 'jane' } });
    expect((await failureOf(weak.get(ANYTHING))).message).toContain('User "jane" cannot get');
    expect(await east.get(ANYTHING)).toBeUndefined();
  });

  it('that cannot be had make the cluster unreachable', async () => {
    const east = await fixture.open({ user: { token: undefined, tokenFile: '/nowhere/token' } });
    const error = await failureOf(east.get(ANYTHING));
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.message).toBe(
      'cluster east is unreachable: the file /nowhere/token cannot be read (ENOENT)',
    );
  });
});

describe('a server', () => {
  it('that is not known is not trusted, unless the kubeconfig says so', async () => {
    const unknown = { 'certificate-authority-data': undefined };
    const east = await fixture.open({ cluster: unknown });
    const error = await failureOf(east.get(ANYTHING));
    expect(error.message).toMatch(
      /^cluster east is unreachable: its certificate is not trusted \(/,
    );
    const careless = await fixture.open({
      cluster: { ...unknown, 'insecure-skip-tls-verify': true },
    });
    expect(await careless.get(ANYTHING)).toBeUndefined();
  });

  it('may have another name in its certificate', async () => {
    const right = await fixture.open({ cluster: { 'tls-server-name': 'kubernetes.default' } });
    expect(await right.get(ANYTHING)).toBeUndefined();
    const wrong = await fixture.open({ cluster: { 'tls-server-name': 'other.example' } });
    expect((await failureOf(wrong.get(ANYTHING))).message).toContain(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });

  it('may be below a path', async () => {
    const seen: string[] = [];
    const server = createHttpServer((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(404).end('{}');
    });
    const east = await fixture.open({
      cluster: { server: `http://127.0.0.1:${await listen(server)}/k8s/clusters/c-1/` },
    });
    expect(await east.get(ANYTHING)).toBeUndefined();
    expect(seen).toEqual(['/k8s/clusters/c-1/api/v1/namespaces/default/configmaps/anything']);
    server.close();
  });

  describe('that wants a client certificate', () => {
    // The API server's own pair: any certificate will do for a client.
    let certificate: string;
    let key: string;
    let server: Server;
    const shown: (string | undefined)[] = [];
    beforeAll(async () => {
      const folder = join(dirname(fixture.bed.kubeconfigPath), 'east', 'certificates');
      [certificate, key] = [join(folder, 'apiserver.crt'), join(folder, 'apiserver.key')];
      const pair = { cert: await readFile(certificate), key: await readFile(key) };
      const options = { ...pair, requestCert: true, rejectUnauthorized: false };
      server = createHttpsServer(options, ({ socket }, response) => {
        const peer = (socket as TLSSocket).getPeerX509Certificate();
        shown.push(peer?.fingerprint256);
        response.writeHead(peer === undefined ? 401 : 404).end('{}');
      });
      await listen(server);
    });
    beforeEach(() => {
      shown.length = 0;
    });
    afterAll(() => server.close());

    const url = () => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const fingerprint = async () => new X509Certificate(await readFile(certificate)).fingerprint256;

    it('is shown the one of the kubeconfig', async () => {
      const user = { token: undefined, 'client-certificate': certificate, 'client-key': key };
      const east = await fixture.open({ cluster: { server: url() }, user });
      await east.get(ANYTHING);
      expect(shown).toEqual([await fingerprint()]);
    });

    it('is connected to anew when an exec plugin gives one', async () => {
      const command = join(fixture.folder, 'certify');
      const credential = (status: object) => JSON.stringify({ kind: 'ExecCredential', status });
      const pair = {
        clientCertificateData: await readFile(certificate, 'utf8'),
        clientKeyData: await readFile(key, 'utf8'),
      };
      await writeFile(`${command}.0`, credential({ token: 'none' }));
      await writeFile(`${command}.1`, credential(pair));
      await writeFile(
        command,
        `#!/bin/sh\ncat ${command}.0; mv ${command}.1 ${command}.0 || true\n`,
      );
      await chmod(command, 0o755);
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command };
      const user = { token: undefined, exec };
      const east = await fixture.open({ cluster: { server: url() }, user });
      expect(await east.get(ANYTHING)).toBeUndefined();
      expect(shown).toEqual([undefined, await fingerprint()]);
    });
  });
});

describe('a proxy', () => {
  const tunnels: string[] = [];
  let server: Server;
  let proxy: string;
  beforeAll(async () => {
    server = createHttpServer();
    server.on('connect', ({ url = '' }, client) => {
      tunnels.push(url);
      const upstream = connect(Number(url.split(':')[1]), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    proxy = `http://127.0.0.1:${await listen(server)}`;
  });
  afterAll(() => server.close());

  it('is gone through where the kubeconfig names one', async () => {
    const east = await fixture.open({ cluster: { 'proxy-url': proxy } });
    expect(await east.get(ANYTHING)).toBeUndefined();
    expect(tunnels).toEqual([new URL(fixture.server).host]);
  });

  it('that refuses makes the cluster unreachable', async () => {
    const refusing = createHttpServer();
    refusing.on('connect', (_request, client) => client.end('HTTP/1.1 407 No\r\n\r\n'));
    const url = `http://127.0.0.1:${await listen(refusing)}`;
    const east = await fixture.open({ cluster: { 'proxy-url': url } });
    const error = await failureOf(east.get(ANYTHING));
    expect(error.message).toBe(
      'cluster east is unreachable: the proxy made no connection (UND_ERR_ABORTED)',
    );
    refusing.close();
  });
});

describe('several kubeconfig files', () => {
  it('reach a cluster together', async () => {
    const contexts = join(fixture.folder, 'contexts');
    const rest = { contexts: [{ name: 'both', context: { cluster: 'east', user: 'east' } }] };
    await writeFile(contexts, JSON.stringify(rest));
    const kubeconfig = [contexts, '/nowhere', fixture.bed.kubeconfigPath].join(':');
    const clusters = openClusters({ kubeconfig, cacheDirectory: fixture.folder });
    expect(clusters.names).toEqual(['both', 'east']);
    expect(await clusters.get('both').get({ ...ANYTHING, cluster: 'both' })).toBeUndefined();
    await clusters.close();
  });
});
