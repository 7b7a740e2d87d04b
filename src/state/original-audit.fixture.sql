
-- What the Original has beside its tables on PostgreSQL: an audit table for each, filled by a trigger.
CREATE TABLE kubernetes_objects_audit (
  action TEXT NOT NULL,
  action_time TIMESTAMPTZ NOT NULL DEFAULT now(),
  session_username TEXT NOT NULL DEFAULT session_user,
  application_name TEXT DEFAULT current_setting('application_name', true),
  application_user_id TEXT DEFAULT current_setting('app.user_id', true),
  application_username TEXT DEFAULT current_setting('app.username', true),
  old_data JSONB,
  new_data JSONB
);
CREATE TABLE object_pauses_audit (LIKE kubernetes_objects_audit INCLUDING ALL);
CREATE TABLE object_history_audit (LIKE kubernetes_objects_audit INCLUDING ALL);
CREATE FUNCTION kubernetes_objects_record_change() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO kubernetes_objects_audit (action, new_data) VALUES (tg_op, to_jsonb(NEW));
    RETURN NEW;
  END
$$;
CREATE TRIGGER kubernetes_objects_record_change
  AFTER INSERT OR UPDATE OR DELETE ON kubernetes_objects
  FOR EACH ROW EXECUTE PROCEDURE kubernetes_objects_record_change();
UPDATE kubernetes_objects SET cluster = cluster;
