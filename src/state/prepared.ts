import {
  type Compilable,
  type CompiledQuery,
  type QueryResult,
  type RawBuilder,
  sql,
} from 'kysely';
import { InternalError } from '../model/errors.ts';
import type { Database, Dialect } from './dialect.ts';

/** Where a value of that name goes. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What stands for values while a query is built. */
type Placeholders<Values> = { readonly [Name in keyof Values]: RawBuilder<Values[Name]> };

/** Executes a query with values. */
type Execute<Values, Row> = (database: Database, values: Values) => Promise<QueryResult<Row>>;

/**
 * A query that is built once for each kind of database and then executed with ever new values. Building
 * one takes Kysely as long as SQLite takes to execute it, and a push executes four for each change.
 *
 * @param build makes the query with a placeholder for each value
 */
export function prepared<Values extends object, Row = unknown>(
  build: (database: Database, values: Placeholders<Values>) => Compilable<Row>,
): Execute<Values, Row> {
  const queries = new WeakMap<Dialect, CompiledQuery<Row>>();
  return async (database, values) => {
    const { db, dialect } = database;
    const query = queries.get(dialect) ?? build(database, placeholders()).compile();
    queries.set(dialect, query);
    const resolve = (parameter: unknown) =>
      parameter instanceof Placeholder ? values[parameter.name as keyof Values] : parameter;
    return await db.executeQuery({ ...query, parameters: query.parameters.map(resolve) });
  };
}

function placeholders<Values>(): Placeholders<Values> {
  const get = (_: object, name: string) => sql`${new Placeholder(name)}`;
  // Which names there are is not known here: a condition made of all of them would be none at all.
  const ownKeys = () => {
    throw new InternalError('values of a prepared query have to be named one by one');
  };
  return new Proxy({}, { get, ownKeys }) as Placeholders<Values>;
}
