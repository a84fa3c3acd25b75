from django.db import migrations

from common.db.operations import FreezeTable


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0001_initial")]

    operations = [
        FreezeTable('"newsletter"."consent_records"', name="tg_consent_records_frozen", purgeable=False),
    ]
