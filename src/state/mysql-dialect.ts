import {
  type Driver,
  type Kysely,
  type Dialect as KyselyDialect,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  sql,
} from 'kysely';
import { ServiceError } from '../model/errors.ts';
import type { Dialect } from './dialect.ts';
import { auditInMysql, auditOffInMysql } from './mysql-audit.ts';
import { isMissingInMysql } from './mysql-errors.ts';
import { limitSettings } from './mysql-session.ts';
import { type Limits, MIGRATION_LIMITS, type Patience, WORK_LIMITS } from './server-driver.ts';
import { readTime, writeTime } from './times.ts';

/** Locks belong to the server, not to a database, and their names have 64 characters at most. */
const MIGRATION_LOCK = sql`concat('sisyphus-', sha1(database()))`;

/** MySQL's and MariaDB's ways. */
export const MYSQL: Dialect = {
  textType: sql`longtext character set utf8mb4 collate utf8mb4_bin`,
  timeType: sql`datetime(6)`,
  keyType: (maxLength, characters) => {
    const set = characters === 'ascii' ? 'ascii' : 'utf8mb4';
    return sql`varchar(${sql.lit(maxLength)}) character set ${sql.raw(set)} collate ${sql.raw(`${set}_bin`)}`;
  },
  readTime,
  writeTime,
  now: sql`utc_timestamp(6)`,
  clockMs: sql`unix_timestamp(sysdate(6)) * 1e3`,
  keepRows: sql`lock in share mode`,
  orUpdate: (_, columns) => {
    const changes = columns.map((name) => sql`${sql.ref(name)} = values(${sql.ref(name)})`);
    return sql`on duplicate key update ${sql.join(changes)}`;
  },
  isMissingTable: isMissingInMysql,
  auditStatements: auditInMysql,
  auditOffStatements: auditOffInMysql,
  // The Original never ran here, so no row ever held what must not be left in a file.
  rewrite: async () => true,
};

/** What Kysely needs to work through a driver. */
export function mysqlDialect(driver: Driver, patience: Patience): KyselyDialect {
  return {
    createAdapter: () => new LockingAdapter(patience),
    createDriver: () => driver,
    createIntrospector: (db) => new MysqlIntrospector(db),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  };
}

/** Locks migrations by a named lock, which the server frees when the connection ends. */
class LockingAdapter extends MysqlAdapter {
  readonly #patience: Patience;

  constructor(patience: Patience) {
    super();
    this.#patience = patience;
  }

  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    await this.#wait(db, MIGRATION_LIMITS);
    const seconds = sql.lit(MIGRATION_LIMITS.lockMs / 1_000);
    const { rows } = await sql<{ got: number | null }>`
      select get_lock(${MIGRATION_LOCK}, ${seconds}) as got`.execute(db);
    if (rows[0]?.got === 1) return;
    throw new ServiceError('Another process has been migrating the database for too long.', {
      code: 'database-locked',
      hint: 'Wait until that process is done, or end it.',
    });
  }

  /** A connection that is gone has no lock any more, and saying so would hide why it is gone. */
  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    const release = async () => {
      await sql`select release_lock(${MIGRATION_LOCK})`.execute(db);
      await this.#wait(db, WORK_LIMITS);
    };
    await release().catch(() => undefined);
    this.#patience.limits = WORK_LIMITS;
  }

  async #wait(db: Kysely<unknown>, limits: Limits): Promise<void> {
    this.#patience.limits = limits;
    const { rows } = await sql<{ version: string }>`select version() as version`.execute(db);
    await sql`set ${sql.raw(limitSettings(limits, rows[0]?.version ?? ''))}`.execute(db);
  }
}
