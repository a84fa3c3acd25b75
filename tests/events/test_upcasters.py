"""E-3: events keep the shape they were stored in, and are read in the newest one."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from events.models import DomainEvent, InboxMessage, OutboxMessage
from events.selectors import verify_chain
from events.services.outbox import dispatch_outbox
from events.upcasters import Upcaster, current_version, newest_shape, upcasters
from tests.events.outbox.rows import NOW, handling, tell


def rename(payload):
    """1 → 2: cents are called what they are."""
    rest = {name: value for name, value in payload.items() if name != "amount"}
    return {**rest, "amount_cents": payload["amount"]}


def split(payload):
    """2 → 3: deposit and rest are told apart."""
    return {"deposit_cents": payload["amount_cents"], "rest_cents": 0}


FIRST = Upcaster(event_type="x.happened", from_version=1, lift=rename)
SECOND = Upcaster(event_type="x.happened", from_version=2, lift=split)
OTHER = Upcaster(event_type="y.happened", from_version=1, lift=dict)


@pytest.fixture
def steps():
    """Register upcasters, the order of registration being none of theirs; they are gone after the test."""
    added = []

    def register(*items):
        added.extend(upcasters.register("events", item) for item in items)

    yield register
    for item in added:
        upcasters.remove("events", item)


def seen():
    """Return a handler and the list of what it is given."""
    payloads = []
    return payloads, lambda message: payloads.append((message.headers["event_version"], message.payload))


def stored():
    return list(DomainEvent.objects.order_by("sequence").values_list("event_version", "payload"))


def test_a_type_nobody_changed_has_version_1():
    payload = {"a": 1}
    assert current_version("x.happened") == 1
    assert newest_shape("x.happened", 1, payload) is payload


def test_steps_follow_each_other_whatever_their_order(steps):
    steps(SECOND, OTHER, FIRST)
    assert (current_version("x.happened"), current_version("y.happened")) == (3, 2)
    old = {"amount": 5}
    assert newest_shape("x.happened", 1, old) == {"deposit_cents": 5, "rest_cents": 0}
    assert newest_shape("x.happened", 2, {"amount_cents": 5}) == {"deposit_cents": 5, "rest_cents": 0}
    assert newest_shape("x.happened", 3, old) is old
    assert newest_shape("x.happened", 4, old) is old
    assert old == {"amount": 5}


@given(version=st.integers(1, 8), last=st.integers(1, 7), cents=st.integers(0, 10**9))
def test_lifting_composes(version, last, cents):
    """From any version to the newest is the same as step by step, each version passed exactly once."""
    chain = [
        Upcaster(
            event_type="x.happened",
            from_version=number,
            lift=lambda payload, number=number: {**payload, "path": [*payload.get("path", []), number]},
        )
        for number in range(1, last + 1)
    ]
    for item in chain:
        upcasters.register("events", item)
    try:
        whole = newest_shape("x.happened", version, {"cents": cents})
        once = {"cents": cents}
        for item in chain[version - 1 :]:
            once = dict(item.lift(once))
        assert whole == once
        assert whole.get("path", []) == list(range(version, last + 1))
        assert newest_shape("x.happened", current_version("x.happened"), whole) is whole
    finally:
        for item in chain:
            upcasters.remove("events", item)


def problems():
    return [(error.id, error.msg) for error in run_checks() if error.id == "events.E001"]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ((), []),
        ((SECOND, FIRST), []),
        ((SECOND,), ["x.happened: 0 upcasters from version 1, it takes one."]),
        (
            (FIRST, Upcaster(event_type="x.happened", from_version=1, lift=split)),
            ["x.happened: 2 upcasters from version 1, it takes one."],
        ),
        (
            (Upcaster(event_type="x.happened", from_version=0, lift=split), OTHER),
            ["x.happened: 1 upcasters from version 0, it takes one."],
        ),
    ],
    ids=["none", "whole", "gap", "twice", "before-the-first"],
)
def test_the_start_refuses_gaps(steps, items, words):
    steps(*items)
    assert problems() == [("events.E001", text) for text in words]


@pytest.mark.django_db
def test_handlers_get_old_events_in_the_new_shape(steps):
    payloads, handler = seen()
    with handling(handler):
        tell(amount=5)
        steps(FIRST, SECOND)
        tell(deposit_cents=2, rest_cents=3)
        dispatch_outbox(at=NOW)
    assert payloads == [
        (3, {"deposit_cents": 5, "rest_cents": 0}),
        (3, {"deposit_cents": 2, "rest_cents": 3}),
    ]
    assert stored() == [(1, {"amount": 5}), (3, {"deposit_cents": 2, "rest_cents": 3})]
    assert [event.newest_payload for event in DomainEvent.objects.order_by("sequence")] == [
        payload for _version, payload in payloads
    ]
    assert list(verify_chain()) == []


@pytest.mark.django_db
def test_a_handler_that_stumbles_over_another_event_gets_the_shape_once_only(steps):
    """A batch that fails is tried one by one: what was lifted is not lifted again."""
    payloads, handler = seen()

    def stumble(message):
        if "bad" in message.payload:
            raise ValueError
        handler(message)

    with handling(stumble):
        tell(amount=5)
        tell(amount=1, bad=True)
        steps(FIRST)
        dispatch_outbox(at=NOW)
    assert payloads == [(2, {"amount_cents": 5})] * 2  # the first run of the batch was rolled back
    assert list(OutboxMessage.objects.order_by("sequence").values_list("status", "payload")) == [
        ("completed", {"amount": 5}),
        ("pending", {"amount": 1, "bad": True}),
    ]


@pytest.mark.django_db
def test_replayed_messages_come_in_the_newest_shape(steps):
    payloads, handler = seen()
    with handling(handler):
        tell(amount=5)
        dispatch_outbox(at=NOW)
        steps(FIRST)
        call_command("replay_messages", "--box", "outbox", "--status", "completed", "--force", "--json")
        OutboxMessage.objects.update(next_attempt_at=NOW)
        dispatch_outbox(at=NOW)
    assert payloads == [(1, {"amount": 5}), (2, {"amount_cents": 5})]
    assert InboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_an_event_of_a_newer_program_is_left_alone(steps):
    """The old program still runs somewhere while the new one publishes."""
    payloads, handler = seen()
    steps(FIRST, SECOND)
    with handling(handler):
        tell(deposit_cents=2, rest_cents=3)
        upcasters.remove("events", SECOND)
        dispatch_outbox(at=NOW)
        upcasters.register("events", SECOND)
    assert payloads == [(3, {"deposit_cents": 2, "rest_cents": 3})]
