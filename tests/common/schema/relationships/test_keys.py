"""A fault of each kind, planted in the catalogue in a transaction that is rolled back."""

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from common.schema.relationships import Fault, inspect_relationships
from common.schema.relationships.keys import key_faults, read_keys

pytestmark = pytest.mark.django_db

WHERE = "identity.RolePermission.role"
DROP = 'ALTER TABLE "identity"."role_permissions" DROP CONSTRAINT "{key}"'
ADD = 'ALTER TABLE "identity"."role_permissions" ADD CONSTRAINT planted FOREIGN KEY (role_id) REFERENCES '

PLANTED = [
    ([DROP], Fault.KEY_MISSING, WHERE, "has no foreign key on role_id in the catalogue"),
    (
        [DROP, ADD + "identity.users (id)"],
        Fault.KEY_ELSEWHERE,
        WHERE,
        "points at identity.Role but key planted at identity.users (id)",
    ),
    (
        [DROP, ADD + "identity.roles (id) NOT VALID"],
        Fault.KEY_NOT_ENFORCED,
        WHERE,
        "has a key planted that is not validated or not enforced",
    ),
    (
        [DROP, ADD + "identity.roles (id)", "ALTER TABLE identity.role_permissions DISABLE TRIGGER ALL"],
        Fault.KEY_NOT_ENFORCED,
        WHERE,
        "has a key planted that is not validated or not enforced",
    ),
    (
        ["CREATE TABLE identity.strays (user_id uuid CONSTRAINT stray REFERENCES identity.users (id))"],
        Fault.KEY_UNDECLARED,
        "identity.strays",
        "key stray on user_id is declared by no model",
    ),
    (
        [ADD + "identity.roles (id)"],
        Fault.KEY_DOUBLED,
        WHERE,
        "has 2 foreign keys: planted and {key}",
    ),
]


def plant(statements):
    """Run the statements; return the name of the key that they are about."""
    (key,) = (
        key.name
        for key in read_keys(connection, ["identity"])
        if key.table == "role_permissions" and key.columns == ["role_id"]
    )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(key=key))
    return key


def test_the_project_has_no_errors_and_no_warnings():
    assert inspect_relationships(connection).findings == []


@pytest.mark.parametrize(("statements", "fault", "where", "words"), PLANTED)
def test_a_planted_fault_is_found_and_named(statements, fault, where, words):
    key = plant(statements)
    found = {(f.fault, f.where, f.words) for f in inspect_relationships(connection).findings}
    assert (fault, where, words.format(key=key)) in found
    # Disabled triggers take the second key of the table along.
    assert {f for f, _where, _words in found} == {fault}


def test_many_to_many_keys_are_those_of_its_table():
    with isolate_apps("tests.crypto_app"):
        options = type("Meta", (), {"app_label": "crypto_app"})
        likes = models.ManyToManyField("self")
        person = type("Guest", (models.Model,), {"__module__": __name__, "Meta": options, "likes": likes})
        between = person.likes.through
        faults = [(found.fault, found.where) for found in key_faults([person, between], [])]
    assert faults == [
        (Fault.KEY_MISSING, "crypto_app.Guest_likes.from_guest"),
        (Fault.KEY_MISSING, "crypto_app.Guest_likes.to_guest"),
    ]


def test_figures_agree_with_each_other():
    figures = inspect_relationships(connection).figures
    total = figures.pop("total").as_dict()
    sums = {name: sum(each.as_dict()[name] for each in figures.values()) for name in total}
    assert sums | {"enums": total["enums"]} == total
    assert sums["enums"] >= total["enums"] > 0
    assert total["relations"] == total["foreign_keys"] > 0
    assert total["constraints"] > total["foreign_keys"] + total["models"]
    assert total["indexes"] > total["models"]
