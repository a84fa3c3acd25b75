import pytest

from common.crypto.mask import HIDDEN
from leads.contacts import contact_indexes, index_kind, spell_contact
from leads.enums import ContactChannel
from leads.models import LeadContact


def test_kinds_of_channels():
    """Data model, section 7: email; phone for sms, phone, whatsapp; else handle."""
    assert {str(channel): index_kind(channel) for channel in ContactChannel} == {
        "email": "email",
        "sms": "phone",
        "phone": "phone",
        "whatsapp": "phone",
        "web": "handle",
        "instagram": "handle",
        "facebook": "handle",
        "google": "handle",
        "yelp": "handle",
        "in_app": "handle",
    }


@pytest.mark.parametrize(
    ("channel", "value", "spelled"),
    [
        ("email", " Ann.Lee@People.Example ", "ann.lee@people.example"),
        ("sms", "510 555 0142", "+15105550142"),
        ("instagram", "@Ann_Lee", "instagram:ann_lee"),
        ("instagram", "instagram:@Ann_Lee", "instagram:ann_lee"),
        ("yelp", "Ann_Lee", "yelp:ann_lee"),
    ],
)
def test_l2_equal_contacts_are_spelled_alike(channel, value, spelled):
    assert spell_contact(channel, value) == spelled
    assert spell_contact(channel, spelled) == spelled
    assert contact_indexes(channel, value) == contact_indexes(channel, spelled)


@pytest.mark.parametrize(("channel", "value"), [("email", "ann"), ("sms", "ann"), ("instagram", "@")])
def test_l1_what_is_no_contact_of_the_channel_is_refused(channel, value):
    with pytest.raises(ValueError):  # noqa: PT011 -- three normalizers, three texts
        spell_contact(channel, value)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ann.lee@people.example", "a•••@p•••.example"),
        ("+15105550142", "•••• 42"),
        ("instagram:ann_lee", f"instagram:{HIDDEN}"),
    ],
)
def test_p3_a_contact_is_masked_by_its_kind(text, masked):
    contact = LeadContact(handle_or_address=text)
    assert str(contact.handle_or_address_encrypted) == masked
