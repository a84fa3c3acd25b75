"""The rights of an account as one function: its plans are kept by the session, also behind a pooler (ADR 0021)."""

from django.db import migrations

CREATE = """
CREATE FUNCTION "identity"."account_grants"(
    account uuid, moment timestamptz, OUT roles_version text, OUT role_ids uuid[], OUT links text
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- ctid and xmin name the version of a row: they change with each update, also one made by hand.
    SELECT string_agg(r.ctid::text || r.xmin::text, ' ' ORDER BY r.id) INTO roles_version
      FROM "identity"."roles" r;
    SELECT array_agg(ur.role_id) INTO role_ids
      FROM "identity"."user_roles" ur WHERE ur.user_id = account;
    SELECT json_agg(json_build_array(l.station_id, l.role, l.additional_permissions) ORDER BY l.id)::text INTO links
      FROM "identity"."station_users" l JOIN "identity"."stations" s ON s.id = l.station_id
     WHERE l.user_id = account AND l.is_active AND (l.expires_at IS NULL OR l.expires_at > moment)
       AND s.status <> 'inactive';
END $$
"""
DROP = 'DROP FUNCTION "identity"."account_grants"(uuid, timestamptz)'


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_freeze_audit_log")]

    operations = [migrations.RunSQL(CREATE, DROP)]
