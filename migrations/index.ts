import type { Kysely } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import { up as originalTables } from './0001-original-tables.ts';
import { up as objectProvenance } from './0002-object-provenance.ts';
import { up as historyOutcome } from './0003-history-outcome.ts';
import { up as settings } from './0004-settings.ts';
import { up as leases } from './0008-leases.ts';
import { up as journal } from './0009-journal.ts';
import { up as historyManifest } from './0010-history-manifest.ts';
import { up as audit } from './0011-audit.ts';
import { up as leaseGrace } from './0012-lease-grace.ts';
import { up as valuesRemoved } from './0013-values-removed.ts';

/** Takes a database one step forward. It may find its work half done and must then complete it. */
type MigrationStep = (db: Kysely<unknown>, dialect: Dialect) => Promise<void>;

/**
 * Every migration by name, in the order in which they run. The list only grows at its end: databases
 * remember the names.
 */
export const migrations: Readonly<Record<string, MigrationStep>> = {
  '0001-original-tables': originalTables,
  '0002-object-provenance': objectProvenance,
  '0003-history-outcome': historyOutcome,
  '0004-settings': settings,
  '0008-leases': leases,
  '0009-journal': journal,
  '0010-history-manifest': historyManifest,
  '0011-audit': audit,
  '0012-lease-grace': leaseGrace,
  '0013-values-removed': valuesRemoved,
};
