import type { DeclarationId } from './declaration.ts';

/** A paused declaration. */
export interface Pause {
  readonly declaration: DeclarationId;
  readonly reason: string;
  readonly createdBy?: string;
  /** ISO 8601 in UTC: `2026-11-21T00:30:02Z`. */
  readonly createdAt: string;
}
