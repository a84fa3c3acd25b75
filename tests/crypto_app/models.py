from django.db import models

from common.crypto.fields import (
    BlindIndexField,
    EncryptedEmailField,
    EncryptedJSONField,
    EncryptedPhoneField,
    EncryptedTextField,
)
from common.db import table
from common.models import HouseModel
from common.privacy import Classification


class Person(HouseModel):
    nickname = models.CharField(max_length=50, blank=True)
    name = EncryptedTextField(null=True, blank=True)
    email = EncryptedEmailField()
    email_bidx = BlindIndexField(source="email", kind="email")
    phone = EncryptedPhoneField(null=True, blank=True)
    phone_bidx = BlindIndexField(source="phone", kind="phone")
    request = EncryptedJSONField(null=True, blank=True)
    ip_hash = BlindIndexField()

    privacy = Classification(
        public="nickname", personal="name email email_bidx phone phone_bidx request ip_hash"
    )

    class Meta:
        db_table = table("crypto_lab", "people")
        constraints = (models.UniqueConstraint(fields=["email_bidx"], name="uq_people_email"),)


class Namesake(HouseModel):
    """Another table with the same column."""

    email = EncryptedEmailField()

    privacy = Classification(personal="email")

    class Meta:
        db_table = table("crypto_lab", "namesakes")


def contact_kind(contact: "Contact") -> str:
    return {"email": "email", "sms": "phone"}.get(contact.channel, "handle")


class Contact(HouseModel):
    """A contact whose kind hangs on another column."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="contacts")
    channel = models.CharField(max_length=10)
    address = EncryptedTextField(blank=True)
    address_bidx = BlindIndexField(source="address", kind=contact_kind)

    privacy = Classification(public="channel person", personal="address address_bidx")

    class Meta:
        db_table = table("crypto_lab", "contacts")
