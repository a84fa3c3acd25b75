"""The rules of the data model that no linter sees."""

import tomllib
from collections import Counter

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.db.models import CheckConstraint, Field, ForeignKey, UniqueConstraint

from common.admin.options import HouseModelAdmin
from common.crypto.fields import EncryptedField
from common.fields import EnumField, implied_check_name
from common.ports import Port
from common.schema.relationships import Fault
from common.schema.relationships.declared import declared_faults
from tests.architecture.house import HOUSE, ROOT, house_models
from tests.factories.every import find_factory

SCHEMAS = {
    "events": "events",
    "identity": "identity",
    "bookings": "core",
    "leads": "lead",
    "newsletter": "newsletter",
    "feedback": "feedback",
    "marketing": "marketing",
    "support": "support",
    "supply": "supply",
    "communications": "communications",
    "integra": "integra",
}

MODELS = house_models()
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


def test_foreign_keys_point_downwards_only():
    kinds = {Fault.KEY_POINTS_UP, Fault.KEY_POINTS_SIDEWAYS}
    assert [str(found) for found in declared_faults(apps, HOUSE) if found.fault in kinds] == []


def test_events_hold_no_key_into_the_house():
    targets = {
        field.related_model._meta.app_label
        for model in apps.get_app_config("events").get_models()
        for field in model._meta.local_fields
        if field.is_relation
    }
    assert targets <= {"events"}


@each_model
def test_table_lies_in_the_schema_of_its_app(model):
    assert model._meta.db_table.startswith(f'"{SCHEMAS[model._meta.app_label]}"."')


@each_model
def test_every_field_is_classified_once(model):
    names = {field.name for field in model._meta.get_fields() if isinstance(field, Field)}
    unclassified = {name for name in names if model.privacy.of(name) is None}
    assert unclassified == set()
    doubled = [name for name, count in Counter(model.privacy.names).items() if count > 1]
    assert doubled == []
    assert set(model.privacy.names) - names == set()


@each_model
def test_encrypted_fields_are_personal_or_secret(model):
    public = [
        field.name
        for field in model._meta.local_fields
        if isinstance(field, EncryptedField) and model.privacy.of(field.name) == "public"
    ]
    assert public == []


@each_model
def test_every_choice_field_is_guarded_by_a_named_check(model):
    checks = {c.name for c in model._meta.constraints if isinstance(c, CheckConstraint)}
    expected = {
        implied_check_name(model._meta.db_table, field.db_column or field.attname)
        for field in model._meta.local_fields
        if isinstance(field, EnumField)
    }
    assert expected <= checks
    loose = [f.name for f in model._meta.local_fields if f.choices and not isinstance(f, EnumField)]
    assert loose == []


@each_model
def test_model_states_no_default_ordering(model):
    assert list(model._meta.ordering) == []


@each_model
def test_uniqueness_is_a_named_constraint(model):
    loose = [
        field.name
        for field in model._meta.local_fields
        if field.unique and not field.primary_key and not field.one_to_one
    ]
    assert loose == []


@each_model
def test_every_foreign_key_is_indexed_exactly_once(model):
    leading = {
        index.fields[0].lstrip("-") for index in model._meta.indexes if index.fields and not index.condition
    }
    leading |= {
        c.fields[0]
        for c in model._meta.constraints
        if isinstance(c, UniqueConstraint) and c.fields and not c.condition
    }
    for field in model._meta.local_fields:
        if isinstance(field, ForeignKey) and not field.unique:
            assert field.db_index != (field.name in leading), f"{field.name}: db_index={field.db_index}"


def test_index_and_constraint_names_are_short_and_unique():
    indexes = [index.name for model in MODELS for index in model._meta.indexes]
    constraints = [constraint.name for model in MODELS for constraint in model._meta.constraints]
    assert [name for name in indexes if len(name) > 30] == []
    assert [name for name in constraints if len(name) > 63] == []
    assert [name for name, count in Counter(indexes + constraints).items() if count > 1] == []


def test_every_port_is_answered():
    unanswered = [name for name, port in Port.known.items() if not port.is_answered]
    assert unanswered == []


def test_the_import_checker_knows_the_same_floors():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = [sorted(layer.split(" | ")) for layer in contracts[0]["layers"]]
    assert layers == [["config"], *(sorted(floor) for floor in reversed(HOUSE.labels))]


@each_model
def test_every_model_has_a_factory_and_staff_pages(model):
    assert find_factory(model) is not None
    assert isinstance(site._registry.get(model), HouseModelAdmin)
