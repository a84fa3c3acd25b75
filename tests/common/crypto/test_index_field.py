"""P-2: the blind index follows its source, whatever saves the row."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from common.crypto.blind_index import blind_index
from common.crypto.tombstone import tombstone
from tests.crypto_app.models import Contact, Person
from tests.crypto_app.people import index, jane, plant

pytestmark = pytest.mark.django_db


def test_index_follows_every_assignment() -> None:
    person = jane()
    person.email = "doe@example.com"
    assert person.email_bidx == index("doe@example.com")
    person.phone = None
    assert person.phone_bidx is None
    person.email = tombstone()
    person.save()
    loaded = Person.objects.get()
    assert (loaded.email_bidx, loaded.phone_bidx, loaded.phone) == (None, None, None)
    assert loaded.email.startswith("erased-")


def test_impossible_contact() -> None:
    person = jane()
    person.phone = "12345"
    assert person.phone_bidx is None
    with pytest.raises(ValueError, match=r"^Not a possible phone number\.$"), transaction.atomic():
        person.save()
    with pytest.raises(ValidationError) as caught:
        person.full_clean()
    assert caught.value.message_dict == {"phone": ["Not a possible phone number."]}
    with pytest.raises(ValueError, match=r"^Not a possible phone number\.$"):
        Person.objects.bulk_update([person], ["phone", "phone_bidx"])


def test_saving_a_source_without_its_index_is_refused() -> None:
    person = jane()
    person.email = "doe@example.com"
    words = re.escape("save(update_fields=...) names 'email' without its index 'email_bidx'.")
    for update_fields in (["email"], ["email_encrypted", "nickname"]):
        with pytest.raises(ValueError, match=words), transaction.atomic():
            person.save(update_fields=update_fields)
    person.save(update_fields=["nickname"])
    person.save(update_fields=["email", "email_bidx"])
    loaded = Person.objects.get()
    assert (loaded.email, loaded.email_bidx) == (
        "doe@example.com",
        index("doe@example.com"),
    )
    loaded.save(update_fields=["email"])


def test_kind_of_another_column() -> None:
    person = jane()
    for channel, address, kind in (
        ("email", "A@Example.com", "email"),
        ("sms", "(916) 555-0199", "phone"),
        ("facebook", "facebook:Jane", "handle"),
    ):
        contact = Contact.objects.create(person=person, channel=channel, address=address)
        assert contact.address_bidx == blind_index(address, kind=kind)
        assert Contact.objects.get(pk=contact.pk).address == address


def test_index_without_source_is_what_was_assigned() -> None:
    person = jane(ip_hash=b"x" * 32)
    assert Person.objects.get(pk=person.pk).ip_hash == b"x" * 32


def test_implied_check_holds_the_length() -> None:
    person = jane()
    with pytest.raises(Exception, match="ck_crypto_lab_people_email_bidx"):
        plant(person, email_bidx=b"short")


def test_constraints_are_validated_on_the_new_index() -> None:
    jane()
    twin = Person(email=" JANE@example.com")
    with pytest.raises(ValidationError, match="already exists"):
        twin.full_clean()
