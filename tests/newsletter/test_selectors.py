"""N-1: the consent at an instant is the last word before it."""

from datetime import timedelta

import pytest

from bookings.enums import DeliveryChannel
from newsletter.enums import ConsentAction, ConsentMethod, ConsentPurpose
from newsletter.selectors import find_consent
from tests.factories.newsletter import SAID_AT, ConsentRecordFactory, email_index

pytestmark = pytest.mark.django_db
ANN = "ann@people.example"
DAY = timedelta(days=1)


def test_n1_consent_is_proved_at_an_instant():
    granted = ConsentRecordFactory(contact_bidx=email_index(ANN))
    withdrawn = ConsentRecordFactory.after(
        granted,
        action=ConsentAction.WITHDRAWN,
        method=ConsentMethod.UNSUBSCRIBE_LINK,
        occurred_at=SAID_AT + 2 * DAY,
    )
    # What others said, or Ann about something else, never answers for her newsletter.
    ConsentRecordFactory()
    ConsentRecordFactory.after(withdrawn, purpose=ConsentPurpose.TRANSACTIONAL, occurred_at=SAID_AT + 3 * DAY)

    def said(at, purpose=ConsentPurpose.MARKETING):
        return find_consent(
            contact="Ann@People.example", channel=DeliveryChannel.EMAIL, purpose=purpose, at=at
        )

    assert said(SAID_AT - DAY) is None
    assert said(SAID_AT) == granted
    assert said(SAID_AT + DAY) == granted
    assert said(SAID_AT + 9 * DAY) == withdrawn
    assert said(SAID_AT, ConsentPurpose.TRANSACTIONAL) is None


def test_n1_of_two_words_at_one_instant_the_later_in_the_chain_counts():
    granted = ConsentRecordFactory(contact_bidx=email_index(ANN))
    withdrawn = ConsentRecordFactory.after(granted, action=ConsentAction.WITHDRAWN)
    found = find_consent(
        contact=ANN, channel=DeliveryChannel.EMAIL, purpose=ConsentPurpose.MARKETING, at=SAID_AT
    )
    assert found == withdrawn


def test_an_impossible_contact_is_refused():
    with pytest.raises(ValueError, match="phone"):
        find_consent(contact=ANN, channel=DeliveryChannel.SMS, purpose=ConsentPurpose.MARKETING, at=SAID_AT)
