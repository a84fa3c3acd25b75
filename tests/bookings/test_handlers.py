"""AU-15: what bookings makes of a log-in from a new address."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings.models import SystemEvent
from common.context import RequestContext, request_context
from events.models import OutboxMessage
from events.services.outbox import dispatch_outbox
from identity.services.log_in import log_in
from tests.factories.identity import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)


def test_au15_a_new_address_is_a_warning_in_the_operators_log(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    user = UserFactory()
    for _time in range(2):
        with request_context(RequestContext("0123456789", "198.51.100.7")):
            log_in(email=user.email, password=PASSWORD, at=AT)
    dispatch_outbox(at=datetime.now(UTC) + timedelta(seconds=1))
    assert set(OutboxMessage.objects.values_list("status", flat=True)) == {"completed"}
    row = SystemEvent.objects.get()
    assert (row.service, row.action, row.severity) == ("accounts", "user.new_address", "warning")
    assert (row.entity_type, row.entity_id, row.user_id, row.timestamp) == ("user", user.pk, user.pk, AT)
