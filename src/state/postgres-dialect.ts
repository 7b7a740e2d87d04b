import {
  type DatabaseIntrospector,
  type DatabaseMetadataOptions,
  type Driver,
  type Kysely,
  type Dialect as KyselyDialect,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
  type TableMetadata,
} from 'kysely';
import type { Dialect } from './dialect.ts';
import { auditInPostgres, auditOffInPostgres } from './postgres-audit.ts';
import { isMissingInPostgres } from './postgres-errors.ts';
import { rewriteTables } from './postgres-rewrite.ts';
import { limitSettings } from './postgres-session.ts';
import { type Limits, MIGRATION_LIMITS, type Patience, WORK_LIMITS } from './server-driver.ts';
import { readTime, writeTime } from './times.ts';
import { onConflict } from './upsert.ts';

/** Any number will do that no other program uses for an advisory lock in the same database. */
const MIGRATION_LOCK = 5_719_443_082;

/** PostgreSQL's ways. */
export const POSTGRES: Dialect = {
  textType: 'text',
  timeType: 'timestamptz',
  keyType: () => 'text',
  readTime,
  writeTime,
  now: sql`current_timestamp`,
  clockMs: sql`(extract(epoch from clock_timestamp()) * 1000)::double precision`,
  // The lease that a row stands for is prolonged meanwhile.
  keepRows: sql`for key share`,
  orUpdate: onConflict,
  isMissingTable: isMissingInPostgres,
  auditStatements: auditInPostgres,
  auditOffStatements: auditOffInPostgres,
  rewrite: rewriteTables,
};

/** What Kysely needs to work through a driver. */
export function postgresDialect(driver: Driver, patience: Patience): KyselyDialect {
  return {
    createAdapter: () => new LockingAdapter(patience),
    createDriver: () => driver,
    createIntrospector: (db) => new SchemaIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

/** Locks migrations by an advisory lock, which the server frees when the connection ends. */
class LockingAdapter extends PostgresAdapter {
  readonly #patience: Patience;

  constructor(patience: Patience) {
    super();
    this.#patience = patience;
  }

  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    this.#patience.limits = MIGRATION_LIMITS;
    await sql`select ${settings(MIGRATION_LIMITS)}`.execute(db);
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`.execute(db);
  }

  /** A connection that is gone has no lock any more, and saying so would hide why it is gone. */
  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    this.#patience.limits = WORK_LIMITS;
    await sql`select pg_advisory_unlock(${MIGRATION_LOCK}), ${settings(WORK_LIMITS)}`
      .execute(db)
      .catch(() => undefined);
  }
}

function settings(limits: Limits): RawBuilder<unknown> {
  const entries = Object.entries(limitSettings(limits));
  return sql.join(entries.map(([name, value]) => sql`set_config(${name}, ${value}, false)`));
}

/** Sees the tables of the schema that new tables go to, not those of the whole database. */
class SchemaIntrospector extends PostgresIntrospector implements DatabaseIntrospector {
  readonly #db: Kysely<unknown>;

  constructor(db: Kysely<unknown>) {
    super(db);
    this.#db = db;
  }

  override async getTables(options?: DatabaseMetadataOptions): Promise<TableMetadata[]> {
    const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(
      this.#db,
    );
    const tables = await super.getTables(options);
    return tables.filter(({ schema }) => schema === rows[0]?.schema);
  }
}
