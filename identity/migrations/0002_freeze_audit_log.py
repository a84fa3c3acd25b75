from django.db import migrations

from common.db.operations import FreezeTable


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]

    operations = [
        FreezeTable('"identity"."station_audit_logs"', name="tg_station_audit_logs_frozen"),
    ]
