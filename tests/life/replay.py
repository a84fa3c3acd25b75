"""The events of a life told anew, from the first to the last: what they say against what the tables say."""

from collections import Counter

from tests.life.town import LANES

STATES = {
    "booking.created": "new",
    "booking.deposit_requested": "deposit_pending",
    "booking.deposit_reversed": "deposit_pending",
    "booking.confirmed": "confirmed",
    "booking.cancelled": "cancelled",
    "booking.completed": "completed",
    "booking.no_show": "no_show",
    "booking.corrected": "no_show",
    "booking.reinstated": "new",
}
OCCUPYING = {"new", "deposit_pending", "confirmed"}


class Replay:
    """Where every booking stands, and who is in which slot."""

    def __init__(self, events):
        self.states, self.places = {}, {}
        self.standing, self.crowds = {}, Counter()
        self.overfull = []
        # A hold makes room for its booking in the same transaction, a moment after it.
        self.hold_of = {
            event["payload"]["booking_id"]: event["aggregate_id"]
            for event in events
            if event["event_type"] == "hold.converted"
        }
        for event in sorted(events, key=lambda event: event["sequence"]):
            if event["aggregate_type"] == "booking" and event["event_type"] != "booking.failed":
                self._tell_booking(event)
            elif event["aggregate_type"] == "reservationhold":
                self._tell_hold(event)

    def _tell_booking(self, event):
        key, name, payload = event["aggregate_id"], event["event_type"], event["payload"]
        self.states[key] = STATES.get(name, self.states.get(key))
        if name == "booking.created":
            self._leave(self.hold_of.get(str(key)))
            self.places[key] = payload["date"], payload["slot"][:5]
        if name == "booking.rescheduled":
            self.places[key] = payload["new"]["date"], payload["new"]["slot"][:5]
        if self.states[key] in OCCUPYING:
            self._enter(key)
        else:
            self._leave(key)

    def _tell_hold(self, event):
        key, payload = event["aggregate_id"], event["payload"]
        if event["event_type"] == "hold.created":
            self.places[key] = payload["date"], payload["slot"][:5]
            self._enter(key)
        elif event["event_type"] in {"hold.converted", "hold.expired", "hold.cancelled"}:
            self._leave(key)

    def _enter(self, key):
        place = self.places[key]
        if self.standing.get(key) == place:
            return
        self._leave(key)
        self.standing[key] = place
        self.crowds[place] += 1
        if self.crowds[place] > LANES:
            self.overfull.append(place)

    def _leave(self, key):
        if key in self.standing:
            self.crowds[self.standing.pop(key)] -= 1


def prove_replay(records):
    """E-1, S-2, D-3: states and slots follow from the events, and no slot ever held more than its lanes."""
    replay = Replay(records["events"])
    table = {row["id"]: row for row in records["bookings"]}
    assert replay.states == {key: row["status"] for key, row in table.items()}
    assert {key: replay.places[key] for key in table} == {
        key: (row["date"].isoformat(), f"{row['slot']:%H:%M}") for key, row in table.items()
    }
    assert replay.overfull == []
    assert replay.standing == {
        row["booking_id"] or row["hold_id"]: (row["date"].isoformat(), f"{row['slot']:%H:%M}")
        for row in records["claims"]
    }
