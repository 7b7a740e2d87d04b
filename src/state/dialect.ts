import type { ColumnDataType, Expression, Kysely, RawBuilder } from 'kysely';
import type { DatabaseTime, Schema } from './schema.ts';

/** A column's type in a migration. */
export type ColumnType = ColumnDataType | Expression<unknown>;

/** What a database does in its own way. Migrations and queries ask here and never for its name. */
export interface Dialect {
  /** Text of any length. */
  readonly textType: ColumnType;

  /** A moment in UTC. */
  readonly timeType: ColumnType;

  /** Text that may be part of a key, compared by bytes; `maxLength` in characters. */
  keyType(maxLength: number, characters: 'ascii' | 'any'): ColumnType;

  /** The database's own clock. */
  readonly now: RawBuilder<DatabaseTime>;

  /** A stored time as ISO 8601 in UTC, such as `2026-11-21T00:30:02Z`. */
  readTime(time: DatabaseTime): string;

  /** A time in ISO 8601 in UTC as it is stored. */
  writeTime(time: string): DatabaseTime;

  /**
   * The database's own clock as milliseconds since 1970, a double: at the moment when the statement
   * runs, not when its transaction began.
   */
  readonly clockMs: RawBuilder<number>;

  /** The end of a select: nobody may delete the rows it finds until the transaction is over. */
  readonly keepRows: RawBuilder<unknown>;

  /**
   * The end of an insert that, where a row has the key already, gives that row the inserted values of
   * `columns` and leaves its others.
   */
  orUpdate(key: readonly string[], columns: readonly string[]): RawBuilder<unknown>;

  /**
   * Statements after which every change of a row of `table` is noted in `<table>_audit`, whoever makes
   * it, and that table refuses to be changed. They may find an earlier run's work and renew it.
   * @param columns of the table, all of which are noted
   */
  auditStatements(table: string, columns: readonly string[]): readonly RawBuilder<unknown>[];

  /**
   * Statements after which changes of `table` are not noted and its audit may be changed, until
   * `auditStatements` are executed again. Where triggers are transactional, nobody else sees this.
   */
  auditOffStatements(table: string): readonly RawBuilder<unknown>[];

  /**
   * Writes tables anew, outside of transactions, so that the database's files hold nothing of what rows
   * were before they were changed. Nothing but time is lost when it is done twice or cut off.
   * @returns false where somebody still reads old versions of rows, and so they had to be kept
   */
  rewrite(db: Kysely<Schema>, tables: readonly string[]): Promise<boolean>;

  /** True for the error that a query on a missing table ends with. */
  isMissingTable(error: unknown): boolean;
}

/** An open database: what every query takes first. */
export interface Database {
  readonly db: Kysely<Schema>;
  readonly dialect: Dialect;
}
