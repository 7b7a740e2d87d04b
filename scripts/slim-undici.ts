import type { Plugin } from 'esbuild';

/** Paths within undici. Its index gives all dispatchers the methods of `api`; so must this. */
const CONTENTS = `
  import api from 'undici/lib/api/index.js';
  import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
  Object.assign(Dispatcher.prototype, api);
  export { default as EnvHttpProxyAgent } from 'undici/lib/dispatcher/env-http-proxy-agent.js';
  export { default as Pool } from 'undici/lib/dispatcher/pool.js';
  export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
`;

/**
 * Puts in place of undici's index the parts that we use. The index evaluates fetch, WebSocket, mocks
 * and caches too, which made an eighth of a short command. A part that undici moves, and one that we
 * import without its being listed here, fail the build.
 */
export function slimUndici(root: string): Plugin {
  return {
    name: 'slim-undici',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^undici$/ }, () => ({ path: 'index', namespace: 'slim-undici' }));
      onLoad({ filter: /./, namespace: 'slim-undici' }, () => {
        return { contents: CONTENTS, resolveDir: root };
      });
    },
  };
}
