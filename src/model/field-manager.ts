/** The field manager of this program, for server-side apply and for everything else it writes. */
export const FIELD_MANAGER = 'sisyphus';

/** Takes over a field that Sisyphus lets go, so that its value stays. */
export const HANDOVER_MANAGER = 'sisyphus-handover';

/**
 * The name under which an API server puts what an object had that nobody is known to have set, when it is
 * applied. An apply that sets no field, as that of a plain Namespace, leaves an object without any entry.
 */
export const UNKNOWN_MANAGER = 'before-first-apply';
