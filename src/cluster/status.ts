import { STATUS_CODES } from 'node:http';
import * as z from 'zod/mini';
import type { FieldConflict } from './errors.ts';

/** What an API server says about a request that failed (`meta/v1 Status`), in safe proportions. */
export interface Status {
  readonly code: number;
  /** The server's word, else the name of the HTTP status. */
  readonly reason: string;
  /** Plain text in one line, empty where the server says nothing. */
  readonly message: string;
  readonly causes: readonly StatusCause[];
  /** The object or type that the error is about. */
  readonly about: { readonly name: string; readonly kind: string };
  /** Where a list whose pages have expired can be gone on with. */
  readonly continueToken: string | undefined;
}

/** One thing that is wrong, often with one field. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

const MAX_MESSAGE_LENGTH = 1000;

const text = z.catch(z.string(), '');
const causeSchema = z.object({ reason: text, message: text, field: text });
const noDetails = { name: '', kind: '', causes: [] };

/** Whatever a server, or a proxy in its place, says: what has not the right form counts as unsaid. */
const statusSchema = z.object({
  reason: text,
  message: text,
  metadata: z.catch(z.object({ continue: z.optional(z.string()) }), {}),
  details: z.catch(
    z.object({ name: text, kind: text, causes: z.catch(z.array(causeSchema), []) }),
    noDetails,
  ),
});

/** Reads the body of an error answer; one that is no Status tells only its HTTP status. */
export function readStatus(code: number, body: unknown): Status {
  const parsed = statusSchema.safeParse(body);
  const { reason, message, metadata, details } = parsed.success
    ? parsed.data
    : { reason: '', message: '', metadata: {}, details: noDetails };
  return {
    code,
    reason: reason === '' ? nameOf(code) : plainText(reason),
    message: plainText(message),
    causes: details.causes.map((cause) => ({
      reason: plainText(cause.reason),
      message: plainText(cause.message),
      field: plainText(cause.field),
    })),
    about: { name: details.name, kind: details.kind },
    continueToken: metadata.continue || undefined,
  };
}

/** `Forbidden` for 403, `BadGateway` for 502. */
function nameOf(code: number): string {
  return (STATUS_CODES[code] ?? `Status ${code}`).replaceAll(/[^A-Za-z0-9]/g, '');
}

/** One line without control characters (a terminal would obey them), of bounded length. */
function plainText(raw: string): string {
  const line = raw
    .slice(0, 2 * MAX_MESSAGE_LENGTH)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.length <= MAX_MESSAGE_LENGTH ? line : `${line.slice(0, MAX_MESSAGE_LENGTH)}…`;
}

/** The fields that keep a server-side apply from happening, with their managers. */
export function fieldConflicts(status: Status): FieldConflict[] {
  return status.causes
    .filter((cause) => cause.reason === 'FieldManagerConflict')
    .map(({ message, field }) => ({ manager: managerIn(message), field }));
}

/** The server writes `conflict with "kubectl" with subresource "scale" using apps/v1 at …`. */
function managerIn(message: string): string {
  return /^conflict with "((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? 'another manager';
}

/**
 * True where a manifest does not fit the schema of its type. A server-side apply answers that with
 * 500 and no reason, as if the server were in trouble.
 */
export function isSchemaError(status: Status): boolean {
  return /^failed to create typed (patch|live) object|strict decoding error/.test(status.message);
}

/** True for answers of a server that has too much to do or is in trouble, and may soon not be. */
export function isPassing(status: Status): boolean {
  return PASSING_CODES.has(status.code) && !isSchemaError(status);
}

const PASSING_CODES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** True where the path of a request leads to no type that the server serves. */
export function isUnknownType(status: Status): boolean {
  return status.code === 404 && status.about.name === '' && status.about.kind === '';
}

/** True where a write lost against another one: the same write may succeed at once. */
export function isLostUpdate(status: Status): boolean {
  return status.code === 409 && status.reason === 'Conflict' && fieldConflicts(status).length === 0;
}
