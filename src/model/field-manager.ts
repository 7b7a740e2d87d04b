/** The field manager of this program, for server-side apply and for everything else it writes. */
export const FIELD_MANAGER = 'sisyphus';

/** Takes over a field that Sisyphus lets go, so that its value stays. */
export const HANDOVER_MANAGER = 'sisyphus-handover';
