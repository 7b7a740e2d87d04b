import { type RawBuilder, sql } from 'kysely';

/**
 * Notes every change of `table` in `<table>_audit`, by the names and columns that the Original has,
 * whose trigger gives way to this one. The function runs as its owner, so that whoever may only push
 * cannot write the audit; it names tables with their schema, so that nobody can slip another one in.
 */
export function auditInPostgres(table: string): RawBuilder<unknown>[] {
  const audit = `${table}_audit`;
  return [
    sql`create table if not exists ${sql.table(audit)} (
      action text not null,
      action_time timestamptz not null default current_timestamp,
      session_username text not null default session_user,
      application_name text default current_setting('application_name', true),
      application_user_id text default current_setting('app.user_id', true),
      application_username text default current_setting('app.username', true),
      old_data jsonb,
      new_data jsonb
    )`,
    sql`alter table ${sql.table(audit)}
      add column if not exists id bigint generated always as identity`,
    RECORD_CHANGE,
    ...auditOffInPostgres(table),
    sql`create trigger ${sql.ref(`${table}_record_change`)}
      after insert or update or delete on ${sql.table(table)}
      for each row execute function sisyphus_record_change()`,
    APPEND_ONLY,
    sql`create trigger ${sql.ref(`${audit}_append_only`)}
      before update or delete or truncate on ${sql.table(audit)}
      for each statement execute function sisyphus_append_only()`,
  ];
}

/** Takes away what notes changes of `table`, the Original's triggers as well, and what guards its audit. */
export function auditOffInPostgres(table: string): RawBuilder<unknown>[] {
  const audit = `${table}_audit`;
  return [
    dropNotingTriggers(table),
    sql`drop trigger if exists ${sql.ref(`${audit}_append_only`)} on ${sql.table(audit)}`,
  ];
}

/** A trigger that notes changes is known by its function, which names the audit's table or composes its name. */
function dropNotingTriggers(table: string): RawBuilder<unknown> {
  const audit = sql.lit(`${table}_audit`);
  return sql`do $$
    declare noting record;
    begin
      for noting in
        select tgname, tgrelid::regclass as noted from pg_trigger
          join pg_proc on pg_proc.oid = tgfoid
          where tgrelid = ${sql.lit(table)}::regclass and not tgisinternal
            and (strpos(prosrc, ${audit}) > 0 or strpos(prosrc, '''_audit''') > 0)
      loop
        execute format('drop trigger %I on %s', noting.tgname, noting.noted);
      end loop;
    end
    $$`;
}

const RECORD_CHANGE = sql`create or replace function sisyphus_record_change() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  begin
    execute format('insert into %I.%I (action, old_data, new_data) values ($1, $2, $3)',
        tg_table_schema, tg_table_name || '_audit')
      using tg_op,
        case when tg_op <> 'INSERT' then to_jsonb(old) end,
        case when tg_op <> 'DELETE' then to_jsonb(new) end;
    return null;
  end
  $$`;

const APPEND_ONLY = sql`create or replace function sisyphus_append_only() returns trigger
  language plpgsql as $$
  begin
    raise exception 'the audit in % is append-only', tg_table_name using errcode = 'restrict_violation';
  end
  $$`;
