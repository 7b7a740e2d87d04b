import type BetterSqlite3 from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
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
import { explained } from './sqlite-errors.ts';

/** SQLite's ways. Times are text, `YYYY-MM-DD HH:MM:SS` in UTC, as the Original writes them. */
export const SQLITE: Dialect = {
  textType: 'text',
  timeType: 'text',
  keyType: () => 'text',
  now: sql`datetime('now')`,
  readTime: (time) => `${String(time).replace(' ', 'T')}Z`,
  writeTime: (time) => time.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length).replace('T', ' '),
  clockMs: sql`unixepoch('now', 'subsec') * 1000.0`,
  // A transaction has the whole file to itself.
  keepRows: sql``,
  orUpdate: (key, columns) => {
    const changes = columns.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`);
    return sql`on conflict (${sql.join(key.map(sql.ref))}) do update set ${sql.join(changes)}`;
  },
  isMissingTable: (error) => error instanceof Error && error.message.startsWith('no such table'),
};

/** What Kysely needs to work on an open file. */
export function fileDialect(file: BetterSqlite3.Database): KyselyDialect {
  return {
    createAdapter: () => new FileAdapter(),
    createDriver: () => new FileDriver(file),
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

class FileDriver extends SqliteDriver {
  readonly #file: BetterSqlite3.Database;

  constructor(file: BetterSqlite3.Database) {
    super({ database: preparedOnce(file) });
    this.#file = file;
  }

  /** Takes the write lock at once: one taken after a read fails instead of waiting for its turn. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** SQLite rolls back by itself on errors such as a full disk; a second time would hide the error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#file.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** The file with every statement prepared once, which saves a third of a small write's time. */
function preparedOnce(file: BetterSqlite3.Database): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => file.close(),
    prepare: (text) => {
      const known = statements.get(text);
      if (known !== undefined) return known;
      const statement = explainedStatement(file, text);
      statements.set(text, statement);
      return statement;
    },
  };
}

function explainedStatement(file: BetterSqlite3.Database, text: string): SqliteStatement {
  const statement = explained(file.name, () => file.prepare<unknown[]>(text));
  return {
    reader: statement.reader,
    all: (parameters) => explained(file.name, () => statement.all(...parameters)),
    run: (parameters) => explained(file.name, () => statement.run(...parameters)),
    iterate: (parameters) => statement.iterate(...parameters),
  };
}
