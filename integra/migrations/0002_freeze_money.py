from django.db import migrations

from common.db.operations import FreezeColumns


class Migration(migrations.Migration):
    dependencies = [("integra", "0001_initial")]

    operations = [
        FreezeColumns(
            '"integra"."payment_events"',
            name="tg_payment_events_frozen",
            columns=["provider", "provider_id", "amount_cents", "currency", "occurred_at"],
        ),
        FreezeColumns(
            '"integra"."payment_matches"',
            name="tg_payment_matches_frozen",
            columns=["payment_event_id", "booking_id"],
        ),
    ]
