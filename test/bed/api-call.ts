import { Agent, type Dispatcher, request } from 'undici';
import type { ClusterAccess } from './kubeconfig.ts';

/** Sends one request to an API server, with a JSON object (or patch) where one is given. */
export async function callApi(
  access: ClusterAccess,
  method: Dispatcher.HttpMethod,
  path: string,
  object?: object,
  contentType = 'application/json',
): Promise<{ status: number; body: unknown }> {
  const dispatcher = new Agent({ connect: { ca: access.certificateAuthority } });
  try {
    const response = await request(`${access.server}${path}`, {
      dispatcher,
      method,
      headers: { authorization: `Bearer ${access.token}`, 'content-type': contentType },
      body: object === undefined ? null : JSON.stringify(object),
    });
    const text = await response.body.text();
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    return { status: response.statusCode, body: isJson ? JSON.parse(text) : text };
  } finally {
    await dispatcher.destroy();
  }
}
