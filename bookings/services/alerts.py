"""Fills the kernel port `alerts` (M-8): a system event, and a mail once the transaction has committed."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from bookings.enums import SystemEventSeverity
from bookings.models import SystemEvent
from bookings.selectors.recipients import list_alert_addresses
from bookings.services.system_events import record_system_event
from common.db.locks import advisory_xact_locks, lock_key
from common.gateways import Mail, mail_gateway

SERVICE = "alerts"


class MailedAlerts:
    """Tells the people in charge of a station, once per cause, subject and step."""

    @transaction.atomic
    def raise_alert(
        self,
        *,
        cause: str,
        subject_type: str,
        subject_id: UUID,
        station_id: UUID | None,
        message: str,
        at: datetime,
        step: str = "",
    ) -> None:
        """Write the system event, which is the mark against repeats, and mail `message` after the commit."""
        advisory_xact_locks([lock_key("alert", cause, str(subject_id), step)])
        told = SystemEvent.objects.filter(
            service=SERVICE, action=cause, entity_id=subject_id, event_data__step=step
        )
        if told.exists():
            return
        event = record_system_event(
            service=SERVICE,
            action=cause,
            at=at,
            severity=SystemEventSeverity.WARNING,
            entity_type=subject_type,
            entity_id=subject_id,
            data={
                "step": step,
                "message": message,
                "station_id": None if station_id is None else str(station_id),
            },
        )
        for number, address in enumerate(list_alert_addresses(station_id, at=at)):
            mail = Mail(
                to=address,
                subject=f"Alert: {cause.replace('_', ' ')}",
                body=f"{message}\n\n{subject_type} {subject_id}",
                message_id=f"alert-{event.pk}-{number}",
            )
            transaction.on_commit(partial(_send, mail), robust=True)


def _send(mail: Mail) -> None:
    mail_gateway().send(mail)
