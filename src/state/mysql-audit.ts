import { type RawBuilder, sql } from 'kysely';

/**
 * Notes every change of `table` in `<table>_audit`. The triggers read who is at work from variables of
 * the session (see mysql-session.ts), which are null where another program changes a row.
 */
export function auditInMysql(table: string, columns: readonly string[]): RawBuilder<unknown>[] {
  const audit = `${table}_audit`;
  return [
    sql`create table if not exists ${sql.table(audit)} (
      id bigint not null auto_increment primary key,
      action varchar(6) character set ascii not null,
      action_time datetime(6) not null,
      session_username varchar(400) character set utf8mb4 not null,
      application_name longtext character set utf8mb4,
      application_user_id longtext character set utf8mb4,
      application_username longtext character set utf8mb4,
      old_data json,
      new_data json
    )`,
    ...trigger(`${audit}_insert`, 'after insert', table, note(audit, 'INSERT', columns)),
    ...trigger(`${audit}_change`, 'after update', table, note(audit, 'UPDATE', columns)),
    ...trigger(`${audit}_remove`, 'after delete', table, note(audit, 'DELETE', columns)),
    ...trigger(`${audit}_no_update`, 'before update', audit, refuse(audit)),
    ...trigger(`${audit}_no_delete`, 'before delete', audit, refuse(audit)),
  ];
}

/** Takes the triggers of `auditInMysql` away. */
export function auditOffInMysql(table: string): RawBuilder<unknown>[] {
  const events = ['insert', 'change', 'remove', 'no_update', 'no_delete'];
  return events.map((event) => sql`drop trigger if exists ${sql.ref(`${table}_audit_${event}`)}`);
}

function trigger(name: string, event: string, table: string, body: RawBuilder<unknown>) {
  return [
    sql`drop trigger if exists ${sql.ref(name)}`,
    sql`create trigger ${sql.ref(name)} ${sql.raw(event)} on ${sql.table(table)} for each row ${body}`,
  ];
}

function note(
  audit: string,
  action: 'INSERT' | 'UPDATE' | 'DELETE',
  columns: readonly string[],
): RawBuilder<unknown> {
  return sql`insert into ${sql.table(audit)} (action, action_time, session_username,
      application_name, application_user_id, application_username, old_data, new_data)
    values (${sql.lit(action)}, utc_timestamp(6), user(),
      @sisyphus_application, @sisyphus_user_id, @sisyphus_username,
      ${action === 'INSERT' ? sql`null` : row('old', columns)},
      ${action === 'DELETE' ? sql`null` : row('new', columns)})`;
}

function row(version: 'old' | 'new', columns: readonly string[]): RawBuilder<unknown> {
  const fields = columns.map((name) => sql`${sql.lit(name)}, ${sql.ref(`${version}.${name}`)}`);
  return sql`json_object(${sql.join(fields)})`;
}

function refuse(audit: string): RawBuilder<unknown> {
  const message = `the audit in ${audit} is append-only`;
  return sql`signal sqlstate '45000' set message_text = ${sql.lit(message)}`;
}
