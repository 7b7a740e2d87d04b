import { type RawBuilder, sql } from 'kysely';
import { SESSION_TABLE } from './sqlite-session.ts';

/**
 * Notes every change of `table` in `<table>_audit`. Who is at work is read from a row that exists only
 * inside this program's own transactions (see sqlite-session.ts), so it is null where another program
 * changes a row. Inserting over an existing entry is refused too: it is how SQLite lets one replace a
 * row without firing a trigger for the change.
 */
export function auditInSqlite(table: string, columns: readonly string[]): RawBuilder<unknown>[] {
  const audit = `${table}_audit`;
  return [
    sql`create table if not exists ${sql.table(SESSION_TABLE)} (
      application_name text not null,
      user_id text,
      username text not null
    )`,
    sql`create table if not exists ${sql.table(audit)} (
      id integer primary key,
      action text not null,
      action_time text not null,
      session_username text,
      application_name text,
      application_user_id text,
      application_username text,
      old_data text,
      new_data text
    )`,
    ...trigger(`${audit}_insert`, `after insert on`, table, note(audit, 'INSERT', columns)),
    ...trigger(`${audit}_change`, 'after update on', table, note(audit, 'UPDATE', columns)),
    ...trigger(`${audit}_remove`, 'after delete on', table, note(audit, 'DELETE', columns)),
    ...trigger(`${audit}_no_update`, 'before update on', audit, refuse(audit)),
    ...trigger(`${audit}_no_delete`, 'before delete on', audit, refuse(audit)),
    ...trigger(
      `${audit}_no_replace`,
      'before insert on',
      audit,
      sql`${refuse(audit)} where exists (select 1 from ${sql.table(audit)} where id = new.id)`,
    ),
  ];
}

/** Takes the triggers of `auditInSqlite` away. */
export function auditOffInSqlite(table: string): RawBuilder<unknown>[] {
  const events = ['insert', 'change', 'remove', 'no_update', 'no_delete', 'no_replace'];
  return events.map((event) => sql`drop trigger if exists ${sql.ref(`${table}_audit_${event}`)}`);
}

function trigger(name: string, event: string, table: string, body: RawBuilder<unknown>) {
  return [
    sql`drop trigger if exists ${sql.ref(name)}`,
    sql`create trigger ${sql.ref(name)} ${sql.raw(event)} ${sql.table(table)} begin ${body}; end`,
  ];
}

function note(
  audit: string,
  action: 'INSERT' | 'UPDATE' | 'DELETE',
  columns: readonly string[],
): RawBuilder<unknown> {
  const session = sql.table(SESSION_TABLE);
  return sql`insert into ${sql.table(audit)}
      (action, action_time, application_name, application_user_id, application_username, old_data, new_data)
    values (${sql.lit(action)}, datetime('now'), (select application_name from ${session}),
      (select user_id from ${session}), (select username from ${session}),
      ${action === 'INSERT' ? sql`null` : row('old', columns)},
      ${action === 'DELETE' ? sql`null` : row('new', columns)})`;
}

function row(version: 'old' | 'new', columns: readonly string[]): RawBuilder<unknown> {
  const fields = columns.map((name) => sql`${sql.lit(name)}, ${sql.ref(`${version}.${name}`)}`);
  return sql`json_object(${sql.join(fields)})`;
}

function refuse(audit: string): RawBuilder<unknown> {
  return sql`select raise(abort, ${sql.lit(`the audit in ${audit} is append-only`)})`;
}
