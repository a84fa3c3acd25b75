"""A week of a busy station, lived through by API, back office and workers on a simulated clock.

A real server and real workers on one database, workers killed at random; clients race over HTTP. The clock
is moved by hours (Sunday, 2027-03-14, the night loses one). Rate limits are off, since everybody has one
address here. LIFE_DAYS lives longer, LIFE_SEED another life.
"""

import logging
import os
import random
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.core.management import call_command
from django.db import connection

from tests.integra.stripe_stub import stripe_stub
from tests.life.callers import Caller, Office, Provider
from tests.life.card_provider import CardProvider
from tests.life.clock import SimulatedClock
from tests.life.guests import MAIL_SECRET, STRIPE_SECRET, Guests
from tests.life.processes import House
from tests.life.proofs import (
    prove_bookings,
    prove_busy,
    prove_cards,
    prove_mails,
    prove_privacy,
    prove_queues,
    prove_refunds,
    prove_trail,
    prove_transfers,
)
from tests.life.records import read_records
from tests.life.replay import prove_replay
from tests.life.staff import Staff
from tests.life.town import build_town
from tests.life.week import Week

pytestmark = pytest.mark.django_db(transaction=True)
DAYS = int(os.environ.get("LIFE_DAYS", "7"))
SEED = int(os.environ.get("LIFE_SEED", "20270308"))
MONDAY = datetime(2027, 3, 8, 8, tzinfo=UTC)
"""Midnight in Los Angeles, six days before the clocks are put forward."""


@pytest.fixture
def clock(tmp_path):
    clock = SimulatedClock(tmp_path / "clock")
    clock.move_to(MONDAY)
    yield clock
    clock.close()


@pytest.fixture
def cards(clock):
    with stripe_stub(CardProvider(clock)) as provider:
        yield provider


@pytest.fixture
def house(tmp_path, clock, cards):
    house = House(
        tmp_path,
        database=connection.settings_dict["NAME"],
        CARD_GATEWAY="integra.stripe.StripeGateway",
        STRIPE_API_KEY="sk_test_nothing",
        STRIPE_API_BASE=cards.url,
        STRIPE_WEBHOOK_SECRETS=STRIPE_SECRET,
        PAYMENT_MAIL_SECRETS=MAIL_SECRET,
    )
    yield house
    house.close()


@pytest.fixture
def town(transactional_db):
    return build_town(at=MONDAY)


@pytest.fixture
def life(town, house, clock, cards, caplog):
    """Everybody who takes part, and the week they share."""
    caplog.set_level(logging.WARNING, logger="httpx")
    house.open()
    chance, journal, url = random.Random(SEED), [], house.url

    def known(user, name=""):
        code = (lambda: pyotp.TOTP(town.secrets[name]).at(clock.now())) if name in town.secrets else None
        return {"email": user.email, "user_id": str(user.pk), "journal": journal, "code": code}

    callers = {name: Caller(url, **known(user, name)) for name, user in town.staff.items() if name != "desk"}
    desk = Office(url, **known(town.staff["desk"], "desk"))
    hosts = {number: Caller(url, **known(user)) for number, user in enumerate(town.hosts)}
    nobody, provider = Caller(url), Provider(url, clock)
    guests = Guests(
        town=town, caller=nobody, hosts=hosts, provider=provider, cards=cards, clock=clock, chance=chance
    )
    staff = Staff(town=town, callers=callers, desk=desk, guests=guests, clock=clock, chance=chance)
    everybody = [*callers.values(), *hosts.values()]
    week = Week(
        house=house,
        clock=clock,
        guests=guests,
        staff=staff,
        callers=everybody,
        journal=journal,
        chance=chance,
    )
    desk.log_in()
    yield week
    for caller in [*everybody, desk, nobody, provider]:
        caller.close()


def test_a_week_of_a_busy_station(life, house):
    """Ledger, slots, event chain and audit trail prove clean; no effect is lost or doubled."""
    life.live(MONDAY + timedelta(days=DAYS), wishes=(2, 3, 4), kills=5)
    life.drain()
    seen = life.read_bookings()
    assert house.close()[:-1] == [0] * house.count  # whoever lives obeys SIGTERM
    call_command("prove_slots")
    call_command("verify_chains")
    records, sent = read_records(), house.sent_mails()
    assert life.surprises == []
    prove_queues(records)
    prove_mails(records, sent)
    prove_cards(records, life.guests.cards.intents)
    prove_transfers(records, life.guests.transfers, life.staff.records)
    prove_refunds(records)
    prove_bookings(records, seen)
    prove_replay(records)
    prove_trail(records, life.journal)
    prove_privacy(records, house.log_text())
    prove_busy(records, days=DAYS, kills=house.kills)
