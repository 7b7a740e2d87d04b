import type BetterSqlite3 from 'better-sqlite3';
import {
  type Dialect as KyselyDialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
  sql,
} from 'kysely';
import type { Dialect } from './dialect.ts';
import { auditInSqlite, auditOffInSqlite } from './sqlite-audit.ts';
import { explain, explained } from './sqlite-errors.ts';
import { rewriteFile } from './sqlite-rewrite.ts';
import type { SqliteSession } from './sqlite-session.ts';
import { readTime, writeTime } from './times.ts';
import { onConflict } from './upsert.ts';

/** SQLite's ways. Times are text, `YYYY-MM-DD HH:MM:SS` in UTC, as the Original writes them. */
export const SQLITE: Dialect = {
  textType: 'text',
  timeType: 'text',
  keyType: () => 'text',
  now: sql`datetime('now')`,
  readTime,
  writeTime,
  clockMs: sql`unixepoch('now', 'subsec') * 1000.0`,
  // A transaction has the whole file to itself.
  keepRows: sql``,
  orUpdate: onConflict,
  auditStatements: auditInSqlite,
  auditOffStatements: auditOffInSqlite,
  rewrite: rewriteFile,
  isMissingTable: (error) => error instanceof Error && error.message.startsWith('no such table'),
};

/** What Kysely needs to work on an open file. */
export function fileDialect(file: BetterSqlite3.Database, session: SqliteSession): KyselyDialect {
  return {
    createAdapter: () => new FileAdapter(),
    createDriver: () => new FileDriver(file, session),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/**
 * SQLite rolls schema changes back like any others. Saying so makes the migrator run all of them in
 * one transaction, which is also the lock that keeps a second process out.
 */
class FileAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** A transaction's sync follows its commit, while the program goes on. */
class FileDriver extends SqliteDriver {
  readonly #file: BetterSqlite3.Database;
  readonly #session: SqliteSession;

  constructor(file: BetterSqlite3.Database, session: SqliteSession) {
    super({ database: preparedOnce(file, session) });
    this.#file = file;
    this.#session = session;
  }

  override async beginTransaction(): Promise<void> {
    explained(this.#file.name, () => this.#session.begin());
  }

  override async commitTransaction(): Promise<void> {
    explained(this.#file.name, () => this.#session.commit());
    await this.#session.log.sync().catch((error: unknown) => {
      throw explain(this.#file.name, error);
    });
  }

  override async rollbackTransaction(): Promise<void> {
    explained(this.#file.name, () => this.#session.rollback());
  }

  override async destroy(): Promise<void> {
    await this.#session.log.close();
    await super.destroy();
  }
}

/** The file with every statement prepared once, which saves a third of a small write's time. */
function preparedOnce(file: BetterSqlite3.Database, session: SqliteSession): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => file.close(),
    prepare: (text) => {
      const known = statements.get(text);
      if (known !== undefined) return known;
      const statement = explainedStatement(file, session, text);
      statements.set(text, statement);
      return statement;
    },
  };
}

const CHANGE = /^\s*(?:insert|update|delete)\b/i;

function explainedStatement(
  file: BetterSqlite3.Database,
  session: SqliteSession,
  text: string,
): SqliteStatement {
  const statement = explained(file.name, () => file.prepare<unknown[]>(text));
  const run = <T>(action: () => T): T =>
    explained(file.name, () => (CHANGE.test(text) ? session.change(action) : action()));
  return {
    reader: statement.reader,
    all: (parameters) => run(() => statement.all(...parameters)),
    run: (parameters) => run(() => statement.run(...parameters)),
    iterate: (parameters) => statement.iterate(...parameters),
  };
}
