from django.db import migrations

from common.db.operations import FreezeTable


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        FreezeTable('"events"."domain_events"', name="tg_domain_events_frozen", purgeable=False),
    ]
