"""What has to be true when a life is over: found anew from raw rows and from what others remember of it."""

import json
from collections import Counter, defaultdict

from tests.life.town import CANARIES

CREDITED = {"completed", "partially_refunded", "refunded"}
DEPOSITS = {
    "new": {"pending", "paid"},
    "deposit_pending": {"pending"},
    "confirmed": {"confirmed", "waived"},
    "completed": {"confirmed", "waived"},
    "no_show": {"forfeited", "waived"},
    "cancelled": {"waived", "refunded", "forfeited", "paid"},
}
CLEAR = ("events", "outbox", "inbox", "keys", "system_events", "trail")
"""Tables whose rows hold nothing personal but what is encrypted."""


def received(records):
    """Return the payments that count as money received, refunds left out."""
    return [
        row for row in records["payments"] if row["status"] in CREDITED and row["payment_type"] != "refund"
    ]


def refunds(records):
    return [row for row in records["payments"] if row["payment_type"] == "refund"]


def prove_queues(records):
    """E-4 … E-8, API-6: nothing waits, nothing is parked, no key is held, no job failed."""
    stuck = [row for row in records["outbox"] if row["status"] not in {"completed", "cancelled"}]
    assert [(row["target"], row["destination"], row["status"], row["error"]) for row in stuck] == []
    refused = {(row["target"], row["error"]) for row in records["outbox"] if row["status"] == "cancelled"}
    assert refused == set()
    left = [row for row in records["inbox"] if row["status"] not in {"processed", "ignored"}]
    assert [(row["source"], row["message_type"], row["status"], row["error"]) for row in left] == []
    assert [row["path"] for row in records["keys"] if row["status"] != "completed"] == []
    assert [row["task_name"] for row in records["jobs"] if row["status"] == "failed"] == []


def prove_mails(records, sent):
    """E-6, M-8: every mail went out under an id of its own; one that went out twice has the same words."""
    texts = defaultdict(set)
    for mail in sent:
        texts[mail["message_id"]].add((mail["to"], mail["subject"], mail["body"]))
    assert {key: found for key, found in texts.items() if len(found) != 1} == {}
    asked = {
        str(row["id"])
        for row in records["outbox"]
        if row["target"] == "email" and row["status"] == "completed"
    }
    alerts = {key for key in texts if key.startswith("alert-")}
    assert set(texts) - alerts == asked
    causes = {f"alert-{row['id']}-0" for row in records["system_events"] if row["service"] == "alerts"}
    assert alerts <= causes


def prove_cards(records, intents):
    """PY-4, PY-5, PY-7: each charge of the provider is one row and each row a charge; so are the refunds."""
    charged = Counter(
        (row["stripe_payment_intent_id"], row["amount_cents"] + row["fee_cents"])
        for row in received(records)
        if row["payment_method"] == "card"
    )
    assert charged == Counter((key, intent.page.amount) for key, intent in intents.items())
    given_back = {
        str(row["id"]): (row["amount_cents"], row["status"])
        for row in refunds(records)
        if row["payment_method"] == "card"
    }
    assert given_back == {
        key: (cents, "completed") for intent in intents.values() for key, cents in intent.refunds.items()
    }


def prove_transfers(records, transfers, recorded):
    """PY-6, PY-8: what banks wrote of and what staff recorded is in the ledger once, and nothing else is."""
    events = {row["id"]: row for row in records["payment_events"]}
    assert {
        row["provider_id"].removeprefix("zelle:"): row["amount_cents"] for row in events.values()
    } == transfers
    assert {row["status"] for row in events.values()} <= {"matched", "ignored"}
    live = [row for row in records["payment_matches"] if row["status"] in {"auto", "manual"}]
    matched = [row["id"] for row in events.values() if row["status"] == "matched"]
    assert Counter(row["payment_event_id"] for row in live) == Counter(matched)
    by_hand = {row["id"]: row for row in received(records) if row["payment_method"] != "card"}
    for match in live:
        paid = by_hand.pop(match["payment_id"])
        assert paid["amount_cents"] == events[match["payment_event_id"]]["amount_cents"]
    references = Counter(row["payment_reference"] for row in by_hand.values())
    assert set(references.values()) <= {1}
    amounts = {row["payment_reference"]: row["amount_cents"] for row in by_hand.values()}
    assert {name: cents for name, cents in amounts.items() if name.startswith("REC-")} == recorded
    assert {name[:4] for name in amounts} <= {"REC-", "CON-", "DSK-"}


def prove_refunds(records):
    """PY-7: what was given back of a payment is the sum of its refunds, and its status says how much."""
    given_back = Counter()
    for row in refunds(records):
        assert row["status"] == "completed", row
        given_back[row["refunded_payment_id"]] += row["amount_cents"]
    for row in received(records):
        back = given_back.pop(row["id"], 0)
        status = (
            "completed" if not back else "refunded" if back == row["amount_cents"] else "partially_refunded"
        )
        assert (row["refunded_amount_cents"], row["status"]) == (back, status)
    assert given_back == {}


def prove_bookings(records, seen):
    """PY-1, Q-8, Q-13, BK-12: price, paid and balance by hand; the deposit says what became of the party."""
    paid = Counter()
    for row in received(records):
        paid[row["booking_id"]] += row["amount_cents"] - row["refunded_amount_cents"]
    assert paid[None] == 0, "money of a hold found no booking and was not given back"
    deposits = {row["booking_id"]: row["status"] for row in records["deposits"]}
    wrong, expected = [], {}
    for row in records["bookings"]:
        total = sum(line["amount_cents"] for line in row["metadata"]["quote"]["lines"])
        deposit, has = deposits[row["id"]], paid[row["id"]]
        fits = {
            "refunded": has == 0,
            "waived": has == 0 or row["status"] != "cancelled",
            "confirmed": has >= row["deposit_due_cents"],
        }
        if (
            total != row["total_due_cents"]
            or deposit not in DEPOSITS[row["status"]]
            or not fits.get(deposit, True)
        ):
            wrong.append((row["reference"], row["status"], deposit, total, row["total_due_cents"], has))
        if row["deleted_at"] is None:
            expected[str(row["id"])] = (total, has, total - has)
    assert wrong == []
    told = {body["id"]: (body["total_due_cents"], body["paid_cents"], body["balance_cents"]) for body in seen}
    assert told == expected


def prove_trail(records, journal):
    """P-7: whoever wrote stands in the trail with the request; so does every event of a person."""
    acted = {(row["request_id"], str(row["user_id"])) for row in records["trail"]}
    assert [write for write in journal if (write.request_id, write.user_id) not in acted] == []
    told = Counter(
        (row["request_id"], row["user_id"], row["resource_id"], row["details"].get("event"))
        for row in records["trail"]
    )
    asked = Counter(
        (row["request_id"], row["actor_id"], str(row["aggregate_id"]), row["event_type"])
        for row in records["events"]
        # A log-in from a new address is audited as the log-in that it is.
        if row["actor_type"] == "user" and row["event_type"] != "user.new_address"
    )
    assert asked - told == Counter()


def prove_privacy(records, log):
    """P-4: no name, address or number of a customer in logs, events, queues and trail; no error in a log."""
    assert [word for word in CANARIES if word in log.lower()] == []
    for name in CLEAR:
        text = repr(records[name]).lower()
        assert (name, [word for word in CANARIES if word in text]) == (name, [])
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    bad = [line for line in lines if line.get("level") in {"error", "critical"}]
    assert bad + [line for line in lines if line["event"] == "job_item_failed"] == []


def prove_busy(records, *, days, kills):
    """Nothing above is true because nothing happened."""
    states = Counter(row["status"] for row in records["bookings"])
    told = Counter(row["event_type"] for row in records["events"])
    assert kills >= days // 3
    assert states["confirmed"] + states["completed"] >= 4 * days
    for name in (
        "booking.failed",
        "booking.cancelled",
        "booking.rescheduled",
        "booking.chef_assigned",
        "booking.reminded",
        "hold.converted",
        "hold.expired",
        "payment.completed",
        "payment.matched",
        "payment.refunded",
    ):
        assert told[name] >= days // 3, (name, told)
