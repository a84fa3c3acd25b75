from django.db import migrations

from common.db.operations import FreezeColumns, FreezeTable


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial")]

    operations = [
        FreezeColumns(
            '"core"."payments"',
            name="tg_payments_frozen",
            columns=["payment_type", "amount_cents", "currency"],
            once=["booking_id", "hold_id"],
        ),
        FreezeTable('"core"."system_events"', name="tg_system_events_frozen"),
    ]
