from django.db import migrations

from common.db.operations import SetUnlogged


class Migration(migrations.Migration):
    dependencies = [("events", "0002_freeze_events")]

    operations = [SetUnlogged('"events"."counters"')]
