import { BlockList, isIP } from 'node:net';

/** The variables that name proxies, in both spellings. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment wants for a server, by the rules of Go's `x/net/http/httpproxy`,
 * which kubectl follows: this machine is never reached through a proxy, and `NO_PROXY` lists names
 * (with their sub-domains), addresses and networks. undici's own reading knows no networks, which
 * is how clusters are commonly excepted.
 */
export function environmentProxy(server: URL, environment: ProxyEnvironment): URL | undefined {
  const either = (name: string) => environment[name] || environment[name.toLowerCase()];
  const proxy = either(server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (!proxy) return undefined;
  const host = server.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  const exceptions = (either('NO_PROXY') ?? '').split(',').map((entry) => entry.trim());
  if (isLoopback(host) || exceptions.some((entry) => covers(entry.toLowerCase(), host, port))) {
    return undefined;
  }
  const url = proxy.includes('://') ? proxy : `http://${proxy}`;
  return URL.canParse(url) ? new URL(url) : undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(host, entry);
  const [, name = entry, entryPort] = /^(.*[^:]):(\d+)$/.exec(isIP(entry) ? '' : entry) ?? [];
  if (entryPort !== undefined && entryPort !== port) return false;
  const domain = name.replace(/^\*?\./, '');
  const isExact = host === domain && domain === name;
  const isBelow = isIP(host) === 0 && host.endsWith(`.${domain}`);
  return isExact || isBelow;
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  if (isIP(host) === 0 || isIP(host) !== isIP(address) || !/^\d{1,3}$/.test(prefix)) return false;
  const family = isIP(host) === 4 ? 'ipv4' : 'ipv6';
  if (Number(prefix) > (family === 'ipv4' ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(host, family);
}
