import { describe, expect, it } from 'vitest';
import { environmentProxy } from './proxy.ts';

const PROXY = 'http://proxy.example:3128';

const proxyOf = (server: string, environment: Record<string, string>) =>
  environmentProxy(new URL(server), environment)?.href;

describe('the proxy of the environment', () => {
  it('is the one for the protocol, in either spelling', () => {
    expect(proxyOf('https://k8s.example', { HTTPS_PROXY: PROXY })).toBe(`${PROXY}/`);
    expect(proxyOf('https://k8s.example', { https_proxy: PROXY })).toBe(`${PROXY}/`);
    expect(proxyOf('http://k8s.example', { HTTPS_PROXY: PROXY })).toBeUndefined();
    expect(proxyOf('http://k8s.example', { http_proxy: 'proxy.example:3128' })).toBe(`${PROXY}/`);
  });

  it('is none for this machine', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]']) {
      expect(proxyOf(`https://${host}:6443`, { HTTPS_PROXY: PROXY })).toBeUndefined();
    }
  });

  it.each([
    ['*', 'https://k8s.example', false],
    ['k8s.example', 'https://k8s.example', false],
    ['K8S.example', 'https://k8s.EXAMPLE', false],
    ['example', 'https://k8s.example', false],
    ['.example', 'https://k8s.example', false],
    ['*.example', 'https://k8s.example', false],
    ['.k8s.example', 'https://k8s.example', true],
    ['8s.example', 'https://k8s.example', true],
    ['k8s.example:6443', 'https://k8s.example:6443', false],
    ['k8s.example:6443', 'https://k8s.example', true],
    ['k8s.example:443', 'https://k8s.example', false],
    ['10.0.0.0/8', 'https://10.20.30.40', false],
    ['10.0.0.0/8', 'https://11.0.0.1', true],
    ['10.0.0.0/99', 'https://10.0.0.1', true],
    ['10.0.0.1', 'https://10.0.0.1:6443', false],
    ['.0.0.1', 'https://10.0.0.1', true],
    ['fd00::/8', 'https://[fd12::1]:6443', false],
    ['fd12::1', 'https://[fd12::1]:6443', false],
    ['other.example, ,k8s.example', 'https://k8s.example', false],
    ['', 'https://k8s.example', true],
  ])('with NO_PROXY=%s, for %s: %s', (NO_PROXY, server, isUsed) => {
    const proxy = proxyOf(server, { HTTPS_PROXY: PROXY, NO_PROXY });
    expect(proxy !== undefined).toBe(isUsed);
  });
});
