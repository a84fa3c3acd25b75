"""A fault of each kind, planted in models of a registry of its own."""

import pytest
from django.apps.registry import Apps
from django.db import models
from django.db.models.options import Options
from django.test.utils import isolate_apps

from common.db import table
from common.floors import Floors
from common.schema.relationships import Fault
from common.schema.relationships.declared import declared_faults

FLOORS = Floors([["crypto_app"], ["engine_app", "sessions"]])
isolated = isolate_apps("tests.crypto_app", "tests.engine_app", "django.contrib.sessions")


@pytest.fixture
def registry():
    with isolated as apps:
        yield apps


def declare(name, app="crypto_app", *, db_table=None, module=__name__, **members):
    """Make a model class of an app."""
    options = {"app_label": app, "db_table": db_table or table(app, name.lower())}
    return type(name, (models.Model,), {"__module__": module, "Meta": type("Meta", (), options), **members})


def to(target, reverse="rooms", **options):
    return models.ForeignKey(target, models.CASCADE, related_name=reverse, **options)


def found(registry: Apps) -> list[tuple[Fault, str]]:
    return [(finding.fault, finding.where) for finding in declared_faults(registry, FLOORS)]


def test_sound_models_have_no_faults(registry):
    home = declare("Home", neighbours=models.ManyToManyField("self"))
    declare(
        "Room",
        "engine_app",
        home=to(home),
        owner=to(home, "owned_rooms"),
        parent=to("self", "parts", null=True),
        key=models.OneToOneField(home, models.CASCADE, related_name="room"),
        visited=models.ManyToManyField(home, related_name="visited_by"),
    )
    assert found(registry) == []


def test_target_does_not_exist(registry):
    declare("Room", home=to("crypto_app.Nobody"))
    assert found(registry) == [(Fault.TARGET_MISSING, "crypto_app.Room.home")]


def test_class_is_defined_again_and_the_relation_holds_the_old_one(registry):
    old = declare("Home")
    declare("Room", home=to(old))
    with pytest.warns(RuntimeWarning, match="already registered"):
        declare("Home")
    assert found(registry) == [
        (Fault.CLASS_DEFINED_TWICE, "crypto_app.Home"),
        (Fault.TARGET_REPLACED, "crypto_app.Room.home"),
    ]


def test_two_classes_bear_one_name(registry):
    declare("Home")
    declare("Home", "engine_app", module="elsewhere")
    (finding,) = declared_faults(registry, FLOORS)
    assert str(finding) == f"Home: is defined in {__name__} and elsewhere (class_defined_twice)"


@pytest.mark.parametrize("spelling", ['"crypto_app"."home"', 'crypto_app"."home'])
def test_two_models_claim_one_table(registry, spelling):
    declare("Home")
    declare("House", db_table=spelling)
    (finding,) = declared_faults(registry, FLOORS)
    assert finding.as_dict() == {
        "code": "table_claimed_twice",
        "where": '"crypto_app"."home"',
        "words": "is the table of crypto_app.Home and crypto_app.House",
    }


def test_apps_of_somebody_else_may_do_as_they_like(registry):
    declare("Home", "sessions")
    declare("House", "sessions", db_table=table("sessions", "home"))
    assert declared_faults(registry, Floors([["crypto_app"]])) == []


def test_proxy_claims_no_table(registry):
    home = declare("Home")
    options = type("Meta", (), {"app_label": "crypto_app", "proxy": True})
    type("Palace", (home,), {"__module__": __name__, "Meta": options})
    assert found(registry) == []


def test_reverse_side_is_gone(registry):
    home = declare("Home")
    declare("Room", home=to(home))
    del home.rooms
    assert found(registry) == [(Fault.REVERSE_MISSING, "crypto_app.Room.home")]


def test_reverse_side_is_no_relation(registry):
    home = declare("Home")
    declare("Room", home=to(home))
    home.rooms = property(lambda _self: [])
    assert found(registry) == [(Fault.REVERSE_NO_RELATION, "crypto_app.Room.home")]


def test_reverse_side_leads_back_to_another_relation(registry):
    home = declare("Home")
    declare("Room", home=to(home))
    declare("Shed", home=to(home))
    (finding,) = declared_faults(registry, FLOORS)
    assert (finding.fault, finding.where) == (Fault.SIDES_DIFFER, "crypto_app.Room.home")
    assert finding.words == "has a reverse side crypto_app.Home.rooms that leads back to crypto_app.Shed.home"


def test_one_to_one_sides_are_compared_too(registry):
    home = declare("Home")
    declare("Room", home=models.OneToOneField(home, models.CASCADE, related_name="room"))
    declare("Shed", home=models.OneToOneField(home, models.CASCADE, related_name="room"))
    assert found(registry) == [(Fault.SIDES_DIFFER, "crypto_app.Room.home")]


def test_query_name_finds_another_relation(registry):
    home = declare("Home")
    declare("Room", home=to(home, related_query_name="part"))
    declare("Shed", home=to(home, "sheds", related_query_name="part"))
    ((fault, where),) = found(registry)
    assert fault is Fault.SIDES_DIFFER
    assert where in {"crypto_app.Room.home", "crypto_app.Shed.home"}


def test_query_name_finds_nothing(registry):
    home = declare("Home")
    room = declare("Room", home=to(home))
    home._meta.get_field("rooms")
    room._meta.get_field("home").remote_field.name = "lost"
    assert found(registry) == [(Fault.SIDES_DIFFER, "crypto_app.Room.home")]


def test_reverse_name_is_implicit_where_two_relations_meet_one_model(registry):
    home = declare("Home")
    declare("Room", home=to(home, None), owner=to(home, "owned_rooms"))
    assert found(registry) == [(Fault.REVERSE_NAME_IMPLICIT, "crypto_app.Room.home")]


def test_warnings_for_a_default_and_for_a_hidden_reverse_name(registry):
    home = declare("Home")
    declare("Room", home=to(home, None))
    declare("Shed", home=to(home, "+"))
    assert found(registry) == [
        (Fault.REVERSE_NAME_DEFAULT, "crypto_app.Room.home"),
        (Fault.REVERSE_HIDDEN, "crypto_app.Shed.home"),
    ]
    assert {fault.severity for fault, _where in found(registry)} == {"warning"}


def test_key_points_upwards(registry):
    home = declare("Home", "engine_app")
    declare("Room", home=to(home))
    assert found(registry) == [(Fault.KEY_POINTS_UP, "crypto_app.Room.home")]


def test_key_points_sideways(registry):
    home = declare("Home", "engine_app")
    declare("Room", "sessions", home=to(home))
    assert found(registry) == [(Fault.KEY_POINTS_SIDEWAYS, "sessions.Room.home")]


def test_many_to_many_may_not_point_upwards_either(registry):
    home = declare("Home", "engine_app")
    declare("Room", homes=models.ManyToManyField(home, related_name="rooms"))
    assert (Fault.KEY_POINTS_UP, "crypto_app.Room.homes") in found(registry)


def test_apps_of_somebody_else_stand_on_no_floor():
    assert Floors([["ground"], ["left", "right"]]).all == ["ground", "left", "right"]
    floors = Floors([["ground"], ["left", "right"]])
    assert [floors.floor_of(app) for app in ("ground", "right", "auth")] == [0, 1, None]
    assert floors.may_point("ground", "auth")
    assert floors.may_point("auth", "left")
    assert not floors.may_point("left", "right")


def test_isolated_registry_is_the_one_that_is_looked_at(registry):
    assert declare("Home")._meta.apps is registry is Options.default_apps
