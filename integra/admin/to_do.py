"""PY-10: money that came in and belongs to nobody yet."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from common.actors import Actor
from common.admin.display import money
from common.admin.to_do import Item, ToDo, to_dos
from integra.models import PaymentEvent

CODE = "payment.match"


def unmatched(actor: Actor, at: datetime) -> QuerySet[PaymentEvent]:
    """Return the manual queue, the oldest money first."""
    del at
    return PaymentEvent.objects.visible_to(actor, CODE).queued().select_related("station")


def _event(event: PaymentEvent, actor: Actor) -> Item:
    del actor
    where = event.station.code if event.station else "the company"
    return Item(
        text=f"{money(event.amount_cents, event.currency)} by {event.get_method_display()}, {where}",
        url=reverse("admin:integra_paymentevent_change", args=[event.pk]),
        since=event.occurred_at,
    )


to_dos.register(
    "integra",
    ToDo(
        name="money",
        title="Money to match",
        icon="move_to_inbox",
        code=CODE,
        rows=unmatched,
        item=_event,
        all_url=lambda: reverse("admin:integra_paymentevent_changelist") + "?queue=yes",
    ),
)
