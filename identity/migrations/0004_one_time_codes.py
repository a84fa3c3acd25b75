"""The table of one-time codes: Django's database cache, in schema public."""

from django.db import migrations

# `createcachetable` makes the same table; here it comes and goes with the schema that uses it.
CREATE = """
CREATE TABLE IF NOT EXISTS "public"."django_cache" (
    "cache_key" varchar(255) NOT NULL PRIMARY KEY,
    "value" text NOT NULL,
    "expires" timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS "django_cache_expires" ON "public"."django_cache" ("expires")
"""
DROP = 'DROP TABLE IF EXISTS "public"."django_cache"'


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_account_grants")]

    operations = [migrations.RunSQL(CREATE, DROP)]
