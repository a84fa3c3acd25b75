"""Payment events within reach of the actor, with their live match."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from common.actors import Actor
from common.exceptions import NotFound
from integra.models import PaymentEvent, PaymentMatch


def list_payment_events(actor: Actor) -> QuerySet[PaymentEvent]:
    """Return the events within reach, each with `live_matches`: one at most."""
    matches = PaymentMatch.objects.live().select_related("booking")
    return PaymentEvent.objects.visible_to(actor).prefetch_related(
        Prefetch("payment_matches", queryset=matches, to_attr="live_matches")
    )


def get_payment_event(actor: Actor, pk: UUID) -> PaymentEvent:
    """Return one event within reach; raises NotFound."""
    event = list_payment_events(actor).filter(pk=pk).first()
    if event is None:
        raise NotFound("There is no such payment event.")
    return event
