import * as z from 'zod/mini';
import { toDotPath } from 'zod/v4/core';
import { IN_ENGLISH } from '../in-english.ts';
import { InternalError, UserError } from '../model/errors.ts';
import { digestOf } from './canonical.ts';
import type { SavedPlan } from './saved-plan.ts';
import { savedPlanSchema } from './schema.ts';

const FORMAT = 'sisyphus-plan';
/** Grows when a reader of the old schema would go wrong. */
const SCHEMA = 1;
const SHOWN_ISSUES = 5;

/** How to go on without this file. */
const NEW_PLAN = 'make a new plan with sisyphus diff --out';

const envelopeSchema = z.object({ format: z.literal(FORMAT), schema: z.int() });
const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  schema: z.literal(SCHEMA),
  checksum: z.string(),
  plan: z.unknown(),
});

/**
 * The text of a plan file: JSON, whose checksum is over its canonical form.
 *
 * @throws InternalError for a plan that could not be read again, one that holds a Secret's value above all
 */
export function formatPlanFile(plan: SavedPlan): string {
  const checked = savedPlanSchema.safeParse(plan, IN_ENGLISH);
  if (!checked.success) {
    throw new InternalError(`a plan that cannot be saved: ${explain(checked.error)}`);
  }
  return `${JSON.stringify({ ...sealed(plan), plan }, undefined, 2)}\n`;
}

/**
 * Reads the text of a plan file, which may come from anywhere.
 *
 * @param name how messages name the file
 * @throws UserError `damaged-plan`, `no-plan`, `plan-schema`, `altered-plan` or `invalid-plan`
 */
export function parsePlanFile(content: string, name: string): SavedPlan {
  const parsed = parseJson(content, name);
  const envelope = envelopeSchema.safeParse(parsed);
  if (!envelope.success) throw refused('no-plan', `${name} is no plan file`);
  const { schema } = envelope.data;
  if (schema !== SCHEMA) {
    const message = `${name} is a plan file of schema ${schema}; this program reads schema ${SCHEMA}`;
    throw refused('plan-schema', message);
  }
  const file = fileSchema.safeParse(parsed);
  if (!file.success || !hasChecksum(file.data)) {
    const message = `${name} was altered or damaged after the plan was saved: its checksum does not fit`;
    throw refused('altered-plan', message);
  }
  const plan = savedPlanSchema.safeParse(file.data.plan, IN_ENGLISH);
  if (plan.success) return plan.data;
  throw refused('invalid-plan', `${name} holds no valid plan: ${explain(plan.error)}`);
}

function sealed(plan: unknown) {
  const content = { format: FORMAT, schema: SCHEMA, plan };
  return { format: FORMAT, schema: SCHEMA, checksum: digestOf(content) };
}

function hasChecksum({ checksum, plan }: z.infer<typeof fileSchema>): boolean {
  try {
    return checksum === sealed(plan).checksum;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function parseJson(content: string, name: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    // The parser's own message quotes the file.
    const message = `${name} is damaged or cut off: it is not JSON to its end`;
    throw refused('damaged-plan', message);
  }
}

/** Names what is wrong by JSON path: `changes[3].key.cluster: expected string`. */
function explain({ issues }: z.core.$ZodError): string {
  const shown = issues.slice(0, SHOWN_ISSUES).map(({ path, message }) => {
    return `${toDotPath(['plan', ...path])}: ${message}`;
  });
  const more = issues.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function refused(code: string, message: string): UserError {
  return new UserError(message, { code, hint: NEW_PLAN });
}
