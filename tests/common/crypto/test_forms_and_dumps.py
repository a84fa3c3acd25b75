"""P-4: forms work on clear text, dumps never hold any; what cannot work is reported at start-up."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core import serializers
from django.core.checks import CheckMessage
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState
from django.test.utils import isolate_apps

from common.crypto.blind_index import blind_index
from common.crypto.fields import (
    BlindIndexField,
    EncryptedEmailField,
    EncryptedJSONField,
    EncryptedPhoneField,
    EncryptedTextField,
)
from tests.crypto_app.models import Contact, Namesake, Person

pytestmark = pytest.mark.django_db


PersonForm = forms.modelform_factory(Person, fields=("nickname", "name", "email", "phone", "request"))

CLEAR = {"name": "Jane Doe", "email": "jane@example.com", "phone": "+19165550123", "request": {"adults": 12}}


def test_form_fields() -> None:
    kinds = {name: type(field).__name__ for name, field in PersonForm().fields.items()}
    assert kinds == {
        "nickname": "CharField",
        "name": "CharField",
        "email": "EmailField",
        "phone": "CharField",
        "request": "JSONField",
    }
    assert PersonForm().fields["email"].required
    assert not PersonForm().fields["phone"].required


def test_form_shows_and_saves_clear_text() -> None:
    person = Person.objects.create(**CLEAR)
    form = PersonForm(instance=Person.objects.get(pk=person.pk))
    assert {name: form.initial[name] for name in CLEAR} == CLEAR
    form = PersonForm(
        {"name": "", "email": "DOE@example.com", "phone": "916 555 0199", "request": "[1]"}, instance=person
    )
    assert form.is_valid(), form.errors
    form.save()
    loaded = Person.objects.get(pk=person.pk)
    assert (loaded.name, loaded.email, loaded.phone, loaded.request) == (
        None,
        "doe@example.com",
        "+19165550199",
        [1],
    )
    assert loaded.email_bidx == blind_index("doe@example.com", kind="email")


def test_form_refuses_in_words() -> None:
    form = PersonForm({"email": "jane", "phone": "12345", "request": "{"})
    assert not form.is_valid()
    assert dict(form.errors) == {
        "email": ["Enter a valid email address."],
        "phone": ["Not a possible phone number."],
        "request": ["Enter a valid JSON."],
    }


def test_clean_takes_clear_text_alone() -> None:
    email = Person._meta.get_field("email")
    assert email.clean(" Jane@Example.com", None) == "jane@example.com"
    with pytest.raises(forms.ValidationError, match="cannot be null"):
        email.clean(None, None)
    with pytest.raises(forms.ValidationError, match="takes text, not int"):
        email.clean(5, None)
    assert Person._meta.get_field("request").clean({"a": 1}, None) == {"a": 1}


def dump() -> str:
    out = io.StringIO()
    call_command("dumpdata", "crypto_app", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("request_value", [{"who": "Jane Doe"}, 19165550123, None], ids=str)
def test_dump_holds_tokens_and_loads_again(tmp_path: Path, request_value: Any) -> None:
    person = Person.objects.create(**{**CLEAR, "request": request_value})
    Contact.objects.create(person=person, channel="email", address="jane@example.com")
    Namesake.objects.create(email="jane@example.com")
    text = dump()
    for clear in ("Jane", "jane@example.com", "19165550123"):
        assert clear not in text
    fields = next(row["fields"] for row in json.loads(text) if row["model"] == "crypto_app.person")
    assert fields["email"].startswith("sealed:")
    assert (fields["request"] is None) is (request_value is None)
    path = tmp_path / "dump.json"
    path.write_text(text)
    Person.objects.all().delete()
    Namesake.objects.all().delete()
    call_command("loaddata", str(path), verbosity=0)
    loaded = Person.objects.get()
    assert (loaded.name, loaded.email, loaded.phone, loaded.request) == (
        *(CLEAR[name] for name in ("name", "email", "phone")),
        request_value,
    )
    assert loaded.email_bidx == blind_index("jane@example.com", kind="email")
    assert json.loads(dump()) == json.loads(text)


@pytest.mark.parametrize("form", ["xml", "jsonl"])
def test_other_dump_formats(form: str) -> None:
    Person.objects.create(**CLEAR)
    text = serializers.serialize(form, Person.objects.all())
    assert "jane" not in text
    Person.objects.all().delete()
    for row in serializers.deserialize(form, text):
        row.save()
    assert Person.objects.get().email == "jane@example.com"


def test_hand_written_fixture_may_hold_clear_text() -> None:
    rows = [{"model": "crypto_app.namesake", "fields": {"email": "jane@example.com"}}]
    for row in serializers.deserialize("python", rows):
        row.save()
    assert Namesake.objects.get().email == "jane@example.com"


def test_damaged_dump_is_refused() -> None:
    rows = [{"model": "crypto_app.namesake", "fields": {"email": "sealed:%%%"}}]
    with pytest.raises(
        DeserializationError, match=r"crypto_lab\.namesakes\.email_encrypted: not a dumped token"
    ):
        list(serializers.deserialize("python", rows))


def test_text_typed_by_a_person_is_never_read_as_token() -> None:
    token = json.loads(serializers.serialize("json", [Person(**CLEAR)]))[0]["fields"]["name"]
    person = Person(**{**CLEAR, "name": token})
    person.full_clean()
    person.save()
    assert Person.objects.get().name == token


@isolate_apps("tests.crypto_app")
def test_checks() -> None:
    class Wrong(models.Model):
        unique = EncryptedTextField(unique=True)
        indexed = EncryptedEmailField(db_index=True)
        defaulted = EncryptedTextField(db_default="x")
        ordered = EncryptedTextField()
        constrained = EncryptedTextField()
        together = EncryptedTextField()
        covered = EncryptedTextField()
        payload = EncryptedJSONField()
        no_source = BlindIndexField(source="nothing", kind="email")
        no_kind = BlindIndexField(source="ordered", kind="name")
        plain = BlindIndexField(source="id", kind="email")
        of_json = BlindIndexField(source="payload", kind="email")

        class Meta:
            app_label = "crypto_app"
            ordering = ("-ordered",)
            unique_together = (("together", "id"),)
            indexes = (models.Index(fields=["covered"], name="ix_covered"),)
            constraints = (models.UniqueConstraint(fields=["constrained"], name="uq_constrained"),)

        def __str__(self) -> str:
            return ""

    def found(message: CheckMessage) -> tuple[str, str]:
        return str(message.id), message.obj.name

    crypto = sorted(found(e) for e in Wrong.check() if str(e.id).startswith("crypto."))
    assert crypto == [
        ("crypto.E001", "indexed"),
        ("crypto.E001", "unique"),
        ("crypto.E002", "defaulted"),
        ("crypto.E003", "constrained"),
        ("crypto.E003", "covered"),
        ("crypto.E003", "ordered"),
        ("crypto.E003", "together"),
        ("crypto.E010", "no_kind"),
        ("crypto.E011", "no_source"),
        ("crypto.E012", "of_json"),
        ("crypto.E012", "plain"),
    ]


def test_right_models_pass_the_checks() -> None:
    assert [message for model in (Person, Namesake, Contact) for message in model.check()] == []


def test_migrations_are_stable() -> None:
    call_command("makemigrations", "crypto_app", check=True, verbosity=0)
    for model in (Person, Contact):
        for field in model._meta.local_fields:
            clone = field.clone()
            clone.set_attributes_from_name(field.name)
            assert clone.deconstruct() == field.deconstruct()
            assert (clone.attname, clone.column) == (field.attname, field.column)


def test_column_can_be_added_with_a_default_and_moved() -> None:
    """`sealed_as` keeps tokens readable when their column or table gets another name."""
    Namesake.objects.create(email="jane@example.com")
    before = ProjectState.from_apps(Namesake._meta.apps)
    moved = EncryptedEmailField(sealed_as="crypto_lab.namesakes.email_encrypted")
    operations = [
        migrations.AddField("namesake", "phone", EncryptedPhoneField(default="(916) 555-0123")),
        migrations.AlterField("namesake", "email", moved),
        migrations.RenameField("namesake", "email", "address"),
        migrations.AlterModelTable("namesake", '"crypto_lab"."doubles"'),
    ]
    state = before
    for operation in operations:
        following = state.clone()
        operation.state_forwards("crypto_app", following)
        with connection.schema_editor() as editor:
            operation.database_forwards("crypto_app", editor, state, following)
        state = following
    double = state.apps.get_model("crypto_app", "Namesake").objects.get()
    assert (double.address, double._meta.get_field("address").column) == (
        "jane@example.com",
        "address_encrypted",
    )
    assert moved.deconstruct()[3]["sealed_as"] == "crypto_lab.namesakes.email_encrypted"
