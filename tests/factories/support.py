"""Escalations of conversations to a person."""

from datetime import timedelta

from django.utils import timezone
from factory import LazyFunction, Sequence
from factory.django import DjangoModelFactory

from support.models import Escalation


class EscalationFactory(DjangoModelFactory):
    """An open escalation of medium priority, of no station, with the deadlines of M-9."""

    class Meta:
        model = Escalation

    conversation_id = Sequence(lambda n: f"chat-{n}")
    customer_name = "Ann Lee"
    customer_phone = Sequence(lambda n: f"+1510555{n % 10_000:04}")
    reason = "Wants to speak to a person about the grill."
    sla_due_at = LazyFunction(lambda: timezone.now() + timedelta(hours=1))
    solution_due_at = LazyFunction(lambda: timezone.now() + timedelta(hours=72))
