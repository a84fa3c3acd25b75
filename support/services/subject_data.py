"""A person's escalations (P-6): that there was one stays, who and why goes."""

from django.db.models import QuerySet

from events.subjects import Moment, Overwrite, Subject, SubjectTable, empty, gone, sealed, sentence, word
from support.models import Escalation


def _escalations(subject: Subject) -> QuerySet[Escalation]:
    return Escalation.objects.filter(
        subject.owned(customer="customer", email="customer_email_bidx", phone="customer_phone_bidx")
    )


TABLES = (
    SubjectTable(
        model=Escalation,
        rows=_escalations,
        erase=Overwrite(
            values={
                "customer_name": sealed,
                "customer_phone": sealed,
                "customer_email": sealed,
                "customer_phone_bidx": gone,
                "customer_email_bidx": gone,
                "reason": sentence,
                "resolution_notes": word,
                "error_message": gone,
                "metadata": empty,
            }
        ),
        moments=(
            Moment(at="escalated_at", what="support.opened", shows=("priority", "status")),
            Moment(at="resolved_at", what="support.resolved"),
        ),
    ),
)
