"""Accounts, stations, links, log-ins and audit rows to act on."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pyotp

from identity.models import RefreshToken, User
from identity.services.invitations import invite_user
from identity.services.mfa import begin_enrolment, finish_enrolment
from identity.services.sessions import start_session
from identity.vouchers import Purpose, issue_voucher
from tests.access.callers import Place
from tests.access.expectations import Target, Thing
from tests.access.things_bookings import target_of
from tests.access.world import World
from tests.factories.identity import StationAuditLogFactory, UserFactory, make_staff

WITH_LOOSE = (Place.OWN, Place.AWAY, Place.LOOSE)

STATIONS = Thing(
    lambda world, place: target_of(world.station_at(place)), (Place.OWN, Place.AWAY), "station.read"
)


def people(**fields: Any) -> Thing:
    """Return station managers of the places, or somebody who works nowhere."""

    def build(world: World, place: Place) -> Target:
        station = world.station_at(place)
        return target_of(make_staff("station_manager", *([station] if station else []), **fields))

    return Thing(build, WITH_LOOSE, "user.read")


def _link(world: World, place: Place) -> Target:
    station = world.station_at(place)
    user = make_staff("station_manager", station)
    newcomer = UserFactory(role="station_manager")
    more = {"colleague": str(user.pk), "newcomer": str(newcomer.pk)}
    return Target(ids={"station_pk": station.pk, "user_pk": user.pk}, tag="", more=more)


LINKS = Thing(_link, (Place.OWN, Place.AWAY))


def _link_rows(world: World, place: Place) -> Target:
    target = _link(world, place)
    return Target(ids={"station_pk": target.ids["station_pk"]}, more=target.more)


STAFF_OF_STATIONS = Thing(_link_rows, (Place.OWN, Place.AWAY))


def _invited(world: World, place: Place) -> Target:
    station = world.station_at(place)
    user = invite_user(
        email=f"{place}@invited.example",
        role="station_manager",
        stations=[station] if station else [],
        by=world.actor(),
        at=world.now,
    )
    return target_of(user)


INVITED = Thing(_invited, WITH_LOOSE)


def _named(world: World, place: Place) -> Target:
    station = world.station_at(place)
    return Target(more={"station_ids": [str(station.pk)] if station else []})


STATIONS_TO_JOIN = Thing(_named, WITH_LOOSE)


def _log_in(world: World, place: Place) -> Target:
    if place is Place.BESIDE:
        start_session(user=world.boss, at=world.now)
        return Target(ids={"pk": RefreshToken.objects.get(user=world.boss).family_id})
    families = dict(RefreshToken.objects.values_list("user_id", "family_id"))
    return Target(theirs={name: Target(ids={"pk": families[user.pk]}) for name, user in world.users.items()})


LOG_INS = Thing(_log_in, (Place.OWN, Place.BESIDE))


def _audit_row(world: World, place: Place) -> Target:
    station = world.station_at(place)

    def act(user: User) -> Target:
        row = StationAuditLogFactory(station=station, user=user, resource_id=str(uuid4()))
        return Target(ids={"resource_id": row.resource_id})

    if place is not Place.AFAR:
        return act(world.boss)
    return Target(theirs={name: act(user) for name, user in world.users.items()})


AUDIT_ROWS = Thing(_audit_row, (Place.OWN, Place.AWAY, Place.AFAR, Place.COMPANY))
"""AFAR: what each caller did at a station that is not theirs."""


def _enrolled(world: World, user: User, *, done: bool) -> Target:
    secret = begin_enrolment(user=user).secret
    if not done:
        return Target(more={"secret": secret})
    code = pyotp.TOTP(secret).at(world.now)
    codes = finish_enrolment(user=user, code=code, by=world.actor(), at=world.now)
    return Target(more={"code": codes[0]})


def second_factors(*, done: bool) -> Thing:
    """Return everybody's own second factor, set up or switched on."""
    return Thing(
        lambda world, _place: Target(
            theirs={name: _enrolled(world, user, done=done) for name, user in world.users.items()}
        ),
        (Place.OWN,),
    )


SECOND_FACTOR = Thing(
    lambda world, _place: _enrolled(world, world.users["customer"], done=True), (Place.OWN,)
)


def vouchers(purpose: Purpose, **fields: Any) -> Thing:
    """Return the token of a mailed link to an account; a field may ask the world."""

    def build(world: World, _place: Place) -> Target:
        user = UserFactory(
            **{name: value(world) if callable(value) else value for name, value in fields.items()}
        )
        token = issue_voucher(purpose, user, at=world.now, lifetime=timedelta(hours=1))
        return Target(more={"token": token})

    return Thing(build, (Place.OWN,))
