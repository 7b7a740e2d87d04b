/**
 * How long one request that changes a cluster may take. Whoever takes a lease over waits as long after
 * its end: what its holder sent in the last moment has landed by then.
 */
export const REQUEST_TIMEOUT_MS = 30_000;
