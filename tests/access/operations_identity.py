"""Accounts, stations, links, invitations, the audit log, and everybody's own session."""

from datetime import timedelta
from typing import Any

import pyotp
from django.utils import timezone

from identity.services.exchange_codes import issue_exchange_code
from identity.services.log_in import issue_mfa_token
from identity.services.sessions import start_session
from identity.vouchers import Purpose
from tests.access.callers import LINKED, Place
from tests.access.expectations import (
    ABSENT,
    ANYBODY,
    DENIED,
    INVALID,
    NOWHERE_ID,
    SIGNED_IN,
    Operation,
    Situation,
    at_station,
    one,
    plain,
    rows,
)
from tests.access.things_bookings import REASON
from tests.access.things_identity import (
    AUDIT_ROWS,
    INVITED,
    LINKS,
    LOG_INS,
    SECOND_FACTOR,
    STAFF_OF_STATIONS,
    STATIONS,
    STATIONS_TO_JOIN,
    people,
    second_factors,
    vouchers,
)
from tests.factories.identity import PASSWORD

WHY = {"reason": REASON}
GOOD = "violet harbour 42 lanterns"
EMAIL = "new@people.example"
NOBODYS = {"* beside": ABSENT, "* nowhere": ABSENT}


def _new_link(situation: Situation) -> dict[str, Any]:
    """The owner links anybody; an admin knows only those who are linked already."""
    more = situation.target.more
    is_owner = situation.caller.name == "super_admin"
    return {
        "user_id": more.get("newcomer" if is_owner else "colleague", NOWHERE_ID),
        "role": "customer_support",
    }


def _invitation(situation: Situation) -> dict[str, Any]:
    return {"email": EMAIL, "role": "station_manager", **situation.target.more}


def _refresh(situation: Situation) -> dict[str, Any]:
    world = situation.world
    return {"refresh": start_session(user=world.boss, at=world.now).refresh}


def _mfa(situation: Situation) -> dict[str, Any]:
    token = issue_mfa_token(situation.world.users["customer"], at=timezone.now())
    return {"mfa_token": token, "code": situation.target.more["code"]}


def _code_of_the_app(situation: Situation) -> dict[str, Any]:
    secret = situation.target.more.get("secret", pyotp.random_base32())
    return {"code": pyotp.TOTP(secret).now()}


def _google_code(situation: Situation) -> dict[str, Any]:
    return {"code": issue_exchange_code(situation.world.boss, at=timezone.now())}


def _more(situation: Situation) -> dict[str, Any]:
    return dict(situation.target.more)


INVITED_PERSON = {
    "status": "pending",
    "invited_at": lambda world: world.now,
    "invitation_expires_at": lambda world: world.now + timedelta(days=1),
}

OF_BOTH_STATIONS = ("super_admin", "super_admin_at_home", "admin_at_home", "customer_support_two_links")

AUTH: tuple[Operation, ...] = (
    plain("GET", "/auth/google/callback", ANYBODY, query={"state": "x"}, answer="410 link_expired"),
    plain("POST", "/auth/google/exchange", ANYBODY, body=_google_code),
    plain("GET", "/auth/google/start", ANYBODY, answer=ABSENT),
    at_station(
        "POST",
        "/auth/invitation",
        ANYBODY,
        vouchers(Purpose.INVITATION, **INVITED_PERSON),
        body=lambda it: {**_more(it), "password": GOOD},
        answer="204",
    ),
    plain("POST", "/auth/login", ANYBODY, body={"email": "customer@callers.example", "password": PASSWORD}),
    plain("POST", "/auth/logout", ANYBODY, body=_refresh, answer="204"),
    at_station("POST", "/auth/mfa/verify", ANYBODY, SECOND_FACTOR, body=_mfa, answer="200"),
    plain("POST", "/auth/password/forgot", ANYBODY, body={"email": EMAIL}, answer="202"),
    at_station(
        "POST",
        "/auth/password/reset",
        ANYBODY,
        vouchers(Purpose.RESET),
        body=lambda it: {**_more(it), "password": GOOD},
        answer="204",
    ),
    plain("POST", "/auth/refresh", ANYBODY, body=_refresh),
    plain("POST", "/auth/register", ANYBODY, body={"email": EMAIL, "password": GOOD}, answer="202"),
    at_station(
        "POST",
        "/auth/verify-email",
        ANYBODY,
        vouchers(Purpose.EMAIL, status="pending", email_verified_at=None),
        body=_more,
        answer="204",
    ),
    plain("POST", "/auth/logout-all", SIGNED_IN, answer="204"),
    plain("GET", "/auth/me", SIGNED_IN),
    plain("PATCH", "/auth/me", SIGNED_IN, body={"full_name": "Robin Doe"}),
    at_station(
        "POST",
        "/auth/mfa/disable",
        SIGNED_IN,
        second_factors(done=True),
        body=lambda it: {**_more(it), "password": PASSWORD},
        answer="204",
    ),
    at_station(
        "POST", "/auth/mfa/enable", SIGNED_IN, second_factors(done=False), body=_code_of_the_app, answer="200"
    ),
    plain("POST", "/auth/mfa/setup", SIGNED_IN),
    plain(
        "POST", "/auth/password/change", SIGNED_IN, body={"current_password": PASSWORD, "new_password": GOOD}
    ),
    rows("/auth/sessions", SIGNED_IN, LOG_INS),
    one("DELETE", "/auth/sessions/{pk}", SIGNED_IN, LOG_INS, unlike=NOBODYS),
    at_station(
        "POST",
        "/auth/station-token",
        SIGNED_IN,
        STATIONS,
        body=lambda it: {"station_id": str(it.target.ids["pk"])},
        unlike={
            **dict.fromkeys(OF_BOTH_STATIONS, "201"),
            **{f"{name} own": "201" for name in LINKED},
            "* own": ABSENT,
            "* away": ABSENT,
        },
    ),
    plain("DELETE", "/auth/station-token", SIGNED_IN, answer="204"),
)

HOUSE: tuple[Operation, ...] = (
    rows("/users", "user.read", people()),
    one("GET", "/users/{pk}", "user.read", people()),
    one("PATCH", "/users/{pk}", "user.disable", people(), body={"full_name": "Robin Doe"}),
    one(
        "POST",
        "/users/{pk}/approve",
        "user.approve",
        people(status="pending", metadata={"applied_as": "staff"}),
    ),
    one("POST", "/users/{pk}/reactivate", "user.disable", people(status="suspended")),
    one("POST", "/users/{pk}/reset-mfa", "user.disable", people()),
    one("POST", "/users/{pk}/suspend", "user.disable", people(), body=WHY),
    one("POST", "/users/{pk}/unlock", "user.disable", people()),
    plain("GET", "/roles", "user.read"),
    at_station(
        "POST",
        "/invitations",
        "user.invite",
        STATIONS_TO_JOIN,
        body=_invitation,
        beyond={Place.OWN: INVALID, Place.AWAY: INVALID, Place.LOOSE: DENIED},
        # admins of that kind only, and for stations of their own.
        unlike={"customer_support_as_admin": DENIED, "customer_support_two_links": DENIED},
    ),
    one(
        "DELETE",
        "/invitations/{pk}",
        "user.invite",
        INVITED,
        body=WHY,
        unlike={"customer_support_as_admin": DENIED, "customer_support_two_links": DENIED},
    ),
    # Chefs own rows by e-mail, and no station has one of theirs: they reach those that they are linked to.
    rows("/stations", "station.read", STATIONS, owns=False),
    plain(
        "POST",
        "/stations",
        "station.create",
        body={
            "name": "Reno",
            "phone": "+15105550100",
            "address_line1": "1 Mission Blvd",
            "postal_code": "94536",
        },
        answer="201",
    ),
    one("GET", "/stations/{pk}", "station.read", STATIONS, owns=False),
    one("PATCH", "/stations/{pk}", "station.update", STATIONS, body={"display_name": "By the lake"}),
    # both have live links.
    one("DELETE", "/stations/{pk}", "station.delete", STATIONS, body=WHY, answer="409 station_in_use"),
    one("GET", "/stations/{station_pk}/users", "station.manage_users", STAFF_OF_STATIONS),
    one(
        "POST",
        "/stations/{station_pk}/users",
        "station.manage_users",
        STAFF_OF_STATIONS,
        body=_new_link,
        answer="409 duplicate",
        unlike={"super_admin": "201"},
    ),
    one(
        "PATCH",
        "/stations/{station_pk}/users/{user_pk}",
        "station.manage_users",
        LINKS,
        body={"role": "customer_support"},
    ),
    one("DELETE", "/stations/{station_pk}/users/{user_pk}", "station.manage_users", LINKS, body=WHY),
    rows("/audit", "audit.read", AUDIT_ROWS, all_own=frozenset({Place.AFAR})),
    rows("/audit/export", "audit.export", AUDIT_ROWS, method="POST", query=None),
)

OPERATIONS = (*AUTH, *HOUSE)
