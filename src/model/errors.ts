import { formatPosition, type SourcePosition } from './position.ts';

/** What an error carries beside its sentence. */
export interface ErrorDetails {
  /** Stable name for scripts, such as `unknown-context`. */
  readonly code: string;
  /** Where in the user's files the cause is. */
  readonly position?: SourcePosition;
  /** What the user can do about it, one sentence. */
  readonly hint?: string;
  /** More text, several lines: a back-trace of a Starlark program. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/** Every error that this program raises on purpose. */
export abstract class SisyphusError extends Error {
  readonly code: string;
  readonly position: SourcePosition | undefined;
  readonly hint: string | undefined;
  readonly detail: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.position = details.position;
    this.hint = details.hint;
    this.detail = details.detail;
  }
}

/** Something in the user's input (files, images, flags, credentials) is wrong and they can mend it. */
export class UserError extends SisyphusError {}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends SisyphusError {}

/** Something outside (a cluster, a registry, the database) failed; the same command may work later. */
export class ServiceError extends SisyphusError {}

/** A rule of this program's own is broken: a bug. */
export class InternalError extends SisyphusError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'internal', cause });
  }
}

/** Prints an error for a person: `file:line:column: sentence`, then detail and hint on lines of their own. */
export function formatError(error: SisyphusError): string {
  const where = error.position === undefined ? '' : `${formatPosition(error.position)}: `;
  const lines = [`${where}${error.message}`];
  if (error.detail !== undefined)
    lines.push(
      ...error.detail
        .trimEnd()
        .split('\n')
        .map((l) => `  ${l}`),
    );
  if (error.hint !== undefined) lines.push(`  hint: ${error.hint}`);
  return lines.join('\n');
}
