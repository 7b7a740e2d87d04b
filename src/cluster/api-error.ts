import { ApiError } from './errors.ts';
import { type Action, hintFor } from './hint.ts';
import { fieldConflicts, isSchemaError, readStatus, type Status } from './status.ts';

/**
 * The error for an answer that is one. Of an answer about a Secret nothing is told but the reason
 * and the names of fields: the server's sentences quote values.
 */
export function apiError(code: number, body: unknown, action: Action): ApiError {
  const status = readStatus(code, body);
  const { cluster, verb, object } = action;
  const fault = code >= 500 && !isSchemaError(status) ? 'failed' : 'refused';
  const why = action.secret ? redacted(status) : explained(status);
  const hint = hintFor(status, action);
  return new ApiError(`cluster ${cluster} ${fault} to ${verb} ${object}: ${why}`, {
    status: code,
    reason: status.reason,
    conflicts: fieldConflicts(status),
    ...(hint === undefined ? {} : { hint }),
  });
}

function explained({ code, reason, message }: Status): string {
  return message === '' ? `${reason} (${code})` : message;
}

function redacted({ code, reason, causes }: Status): string {
  const fields = [...new Set(causes.map((cause) => cause.field).filter((field) => field !== ''))];
  return `${reason} (${code})${fields.length === 0 ? '' : `: ${fields.join(', ')}`}`;
}
