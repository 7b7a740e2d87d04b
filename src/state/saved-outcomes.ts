import { InternalError, ServiceError } from '../model/errors.ts';
import { formatObject, type ObjectKey } from '../model/object.ts';
import { LeaseLostError } from './errors.ts';
import type { Signature } from './history.ts';
import { isOpen } from './journal.ts';
import { covers } from './lease-scope.ts';
import { readOutcomes, rewriteOutcomes, type SavedOutcome, saveOutcome } from './recovery-file.ts';
import { storable, storableRecord } from './secrets.ts';
import { type Settlement, settle } from './settle.ts';
import type { Writer } from './writer.ts';

/**
 * Writes a settlement, or, where it completes a journal's entry and the database fails, saves it in
 * the file `path`.
 * @throws ServiceError `outcome-saved` when it is in the file, `outcome-not-saved` when that failed too
 */
export async function settleOrSave(
  writer: Writer,
  by: Signature,
  path: string,
  settlement: Settlement,
): Promise<void> {
  try {
    await writer.write((database) => settle(database, by, settlement));
  } catch (error) {
    const { entry } = settlement;
    const subject = subjectOf(settlement);
    const isOurs = error instanceof LeaseLostError || error instanceof InternalError;
    if (entry === undefined || subject === undefined || isOurs) throw error;
    const at = new Date().toISOString();
    const outcome = { settlement: { ...storableParts(settlement), entry }, by: { ...by, at } };
    throw save(path, outcome, formatObject(subject), error);
  }
}

/**
 * Writes what is saved in the file `path`, as far as the lease reaches. The entry in the journal tells
 * what is news: it was completed where an outcome was merged before, or where somebody without this
 * file found out by looking at the cluster.
 * @returns how many outcomes were written
 */
export async function mergeSaved(writer: Writer, path: string): Promise<number> {
  const outcomes = await readOutcomes(path);
  if (outcomes === undefined) return 0;
  const { scope } = writer.lease;
  const left: SavedOutcome[] = [];
  let merged = 0;
  for (const outcome of outcomes) {
    const { settlement, by } = outcome;
    await writer.write(async (database) => {
      if (!(await isOpen(database, settlement.entry))) return;
      const subject = subjectOf(settlement);
      if (subject !== undefined && !covers(scope, subject)) return void left.push(outcome);
      await settle(database, by, settlement);
      merged += 1;
    });
  }
  await rewriteOutcomes(path, left);
  return merged;
}

/** The object that a settlement tells something of, if any. */
function subjectOf({ record, forget, history }: Settlement): ObjectKey | undefined {
  return record?.key ?? forget ?? history?.key;
}

function storableParts({ record, history, ...rest }: Settlement): Settlement {
  const manifest = history?.manifest && storable(history.key, history.manifest);
  return {
    ...rest,
    ...(record && { record: storableRecord(record) }),
    ...(history && { history: { ...history, manifest } }),
  };
}

function save(path: string, outcome: SavedOutcome, what: string, trouble: unknown): ServiceError {
  try {
    saveOutcome(path, outcome);
  } catch (error) {
    return new ServiceError(`The database could not be told what became of ${what}.`, {
      code: 'outcome-not-saved',
      detail: `${messageOf(trouble)}\nNor could it be saved in ${path}: ${messageOf(error)}`,
      hint: 'The next command finds it in the journal and looks at the cluster.',
      cause: trouble,
    });
  }
  return new ServiceError(
    `The database could not be told what became of ${what}; it is saved in ${path}.`,
    {
      code: 'outcome-saved',
      detail: messageOf(trouble),
      hint: 'The next command on this machine tells the database.',
      cause: trouble,
    },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
