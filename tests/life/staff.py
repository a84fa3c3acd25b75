"""What staff do in a busy week, by API and in the back office; who does what is drawn by lot."""

from functools import partial
from uuid import uuid4

from tests.life.guests import MOVED_ON, REASON, SLOTS, TOO_LATE, allowed

CHEF_REFUSED = ("chef_conflict", "chef_travel_conflict", "validation_error")


class Staff:
    """The people of the station; `records` keeps every reference of money that they were let record."""

    def __init__(self, *, town, callers, desk, guests, clock, chance):
        self.town, self.callers, self.desk = town, callers, desk
        self.guests, self.clock, self.chance = guests, clock, chance
        self.records = {}
        self.refusals_read = 0

    def __getattr__(self, name):
        return self.callers[name]

    # --- Money ---------------------------------------------------------------------------------------

    def record(self, row, cents):
        """PY-6, API-6: money that came by hand; an impatient click sends it twice."""
        reference, key = f"REC-{uuid4().hex[:10]}", uuid4().hex
        body = {
            "booking_id": row["id"],
            "amount_cents": cents,
            "method": self.chance.choice(("zelle", "venmo", "cash", "check")),
            "reference": reference,
        }
        answers = [self.support.post("/payments", body, key=key) for _click in range(2)]
        granted = [allowed(answer, "overpayment", *MOVED_ON) for answer in answers]
        assert granted[0] == granted[1]
        if granted[0]:
            assert answers[0].json()["id"] == answers[1].json()["id"]
            self.records[reference] = cents

    def confirm(self, row):
        """T3 by API."""
        reference = f"CON-{uuid4().hex[:10]}"
        answer = self.support.post(
            f"/bookings/{row['id']}/confirm-deposit",
            {"method": "zelle", "reference": reference},
            seen=row["version"],
        )
        allowed(answer, *MOVED_ON, "overpayment")

    def confirm_at_the_desk(self, row):
        """T3 by the form of the back office."""
        path = f"/admin/bookings/booking/{row['id']}/do/confirm-deposit/"
        self.desk.submit(path, method="check", reference=f"DSK-{uuid4().hex[:10]}")

    def pay_out(self):
        """PY-7: refunds that no card provider executes, and money without a party."""
        waiting = self.admin.rows("/payments", status="pending", payment_type="refund")
        by_hand = [row for row in waiting if row["payment_method"] != "card"]
        unplaced = self.admin.rows("/payments", unplaced="true")
        return [
            *(partial(self._complete_refund, row) for row in by_hand),
            *(partial(self._refund, row) for row in unplaced),
        ]

    def _complete_refund(self, row):
        body = {"reference": f"OUT-{row['id'][-8:]}"}
        allowed(self.admin.post(f"/payments/{row['id']}/complete-refund", body), *MOVED_ON)

    def _refund(self, row):
        answer = self.admin.post(f"/payments/{row['id']}/refund", {"reason": REASON}, key=uuid4().hex)
        allowed(answer, *MOVED_ON, "refund_exceeds_paid")

    def match_by_hand(self):
        """Section 7: the manual queue: the best candidate, else it is none of ours."""
        return [partial(self._match, row) for row in self.admin.rows("/payment-events", queued="true")]

    def _match(self, row):
        path = f"/payment-events/{row['id']}"
        if row["candidates"]:
            body = {"booking_id": row["candidates"][0]["booking_id"]}
            answer = self.admin.post(f"{path}/match", body)
        else:
            answer = self.admin.post(f"{path}/ignore", {"reason": REASON})
        allowed(answer, *MOVED_ON, "already_matched", "overpayment")

    # --- Parties -------------------------------------------------------------------------------------

    def assign(self, row):
        """BK-15, BK-16."""
        found = self.manager.get(f"/bookings/{row['id']}/chef-recommendations").json()
        chefs = [item["chef_id"] for item in found["results"] if item["score"] is not None]
        if chefs:
            self._assign(row, chefs[0])

    def _assign(self, row, chef_id):
        answer = self.manager.post(
            f"/bookings/{row['id']}/assign-chef", {"chef_id": chef_id}, seen=row["version"]
        )
        allowed(answer, *MOVED_ON, *CHEF_REFUSED)

    def assign_at_the_desk(self, row):
        path = f"/admin/bookings/booking/{row['id']}/do/assign-chef/"
        self.desk.submit(path, chef=self.chance.choice(self.town.chefs))

    def move_at_the_desk(self, row, taken):
        """D-5: onto a slot that is taken, from the calendar; the refusal is read on the page."""
        path = f"/admin/bookings/booking/{row['id']}/do/reschedule/?back=/admin/calendar/"
        answer = self.desk.submit(path, date=taken["date"], slot=taken["slot"])
        if answer.status_code == 409 and "This slot is taken" in answer.text:
            self.refusals_read += 1

    def decide(self, row):
        """BK-10: whoever did not ask; the desk does it by form."""
        if self.chance.random() < 0.4:
            path = f"/admin/bookings/booking/{row['id']}/do/approve-cancellation/"
            self.desk.submit(path)
            return
        name, body = self.chance.choice((("approve", {}), ("approve", {}), ("reject", {"reason": REASON})))
        path = f"/bookings/{row['id']}/{name}-cancellation"
        allowed(
            self.callers[self.chance.choice(("deputy", "admin"))].post(path, body, seen=row["version"]),
            *MOVED_ON,
            "self_approval_forbidden",
        )

    def act(self, row, action, body=None, *, by="manager", codes=()):
        answer = self.callers[by].post(f"/bookings/{row['id']}/{action}", body, seen=row["version"])
        allowed(answer, *MOVED_ON, *codes)

    def change_guests(self, row):
        """BK-4, Q-16."""
        body = {"adults": self.chance.randrange(2, 16)}
        answer = self.support.send("PATCH", f"/bookings/{row['id']}", body, seen=row["version"])
        allowed(answer, *MOVED_ON, *TOO_LATE)

    def remove_and_restore(self, row):
        """BK-19."""
        path = f"/bookings/{row['id']}"
        if allowed(self.admin.send("DELETE", path, {"reason": REASON}, seen=row["version"]), *MOVED_ON):
            allowed(self.admin.post(f"{path}/restore", seen=row["version"] + 1), *MOVED_ON)

    def read_pages(self, row):
        """The pages of the back office that stand open all week."""
        assert "To do" in self.desk.page("/admin/to-do/")
        assert "Today and the next 7 days" in self.desk.page("/admin/")
        if row is not None:
            page = self.desk.page(f"/admin/calendar/?station={self.town.station.code}&date={row['date']}")
            assert row["date"] in page
            assert row["reference"] in self.desk.page(f"/admin/bookings/booking/{row['id']}/change/")

    # --- The day -------------------------------------------------------------------------------------

    def work_of(self, row, all_rows):
        """Return what is done about one booking in this step, mostly nothing."""
        now, lot = self.clock.now(), self.chance.random()
        number = self.guests.number_of(row)
        host = self.guests.hosts.get(number, self.support)
        if row["cancellation_status"] == "requested" and row["status"] in LIVE:
            return partial(self.decide, row) if lot < 0.7 else None
        if row["status"] in {"new", "deposit_pending"}:
            return self._unpaid(row, host, number, lot)
        if row["status"] != "confirmed":
            return self._over(row, number, lot)
        if row["starts_at"] > stamp(now):
            return self._before(row, host, number, lot, all_rows)
        return self._after(row, lot)

    def _unpaid(self, row, host, number, lot):
        deposit = row["deposit_due_cents"]
        ways = (
            (0.14, partial(self.guests.pay_by_card, row, by=host)),
            (0.18, partial(self.guests.pay_by_card, row, by=host, declined=True)),
            (0.28, partial(self.guests.pay_by_bank, row, cents=deposit, number=number)),
            (0.33, partial(self.record, row, deposit)),
            (0.37, partial(self.confirm, row)),
            (0.42, partial(self.confirm_at_the_desk, row)),
            (0.45, partial(self.act, row, "hold", {"reason": REASON}, by="support")),
            (0.48, partial(self.guests.ask_to_cancel, row, by=host)),
            (0.51, partial(self.change_guests, row)),
        )
        if row["hold_on_request"] and lot > 0.6:
            return partial(self.act, row, "release", by="support")
        return next((act for limit, act in ways if lot < limit), None)

    def _before(self, row, host, number, lot, all_rows):
        if row["chef_id"] is None and lot < 0.5:
            return partial(self.assign if lot < 0.35 else self.assign_at_the_desk, row)
        other = self.chance.choice(all_rows)
        slot = self.chance.choice(SLOTS)
        code = self.chance.choice(("customer_request", "company_cancelled", "weather_no_cover", "other"))
        ways = (
            (0.53, partial(self.guests.move, row, by=host, day=other["date"], slot=slot)),
            (0.56, partial(self.move_at_the_desk, row, other)),
            (0.58, partial(self.guests.ask_to_cancel, row, by=host)),
            (0.60, partial(self.guests.ask_to_cancel, row, by=self.manager, code=code)),
            (0.63, partial(self.act, row, "adjust", {"amount_cents": -700, "reason": REASON})),
            (0.66, partial(self.change_guests, row)),
            (0.69, partial(self.guests.pay_by_card, row, by=host)),
            (0.72, partial(self.record, row, max(row["total_due_cents"] - row["deposit_due_cents"], 1))),
            (0.74, partial(self.guests.pay_by_bank, row, cents=row["total_due_cents"], number=number)),
        )
        return next((act for limit, act in ways if 0.5 <= lot < limit), None)

    def _after(self, row, lot):
        if lot < 0.45:
            return partial(self.act, row, "complete")
        return partial(self.act, row, "no-show") if lot < 0.55 else None

    def _over(self, row, number, lot):
        if row["status"] == "completed" and lot < 0.04:
            return partial(self.act, row, "correct", {"reason": REASON}, by="admin")
        if row["status"] != "cancelled":
            return None
        if lot < 0.04:
            return partial(self.act, row, "reinstate", {"reason": REASON}, by="admin", codes=GONE)
        if lot < 0.07:
            return partial(self.remove_and_restore, row)
        if lot < 0.10:
            return partial(self.guests.pay_by_bank, row, cents=row["deposit_due_cents"], number=number)
        return None


LIVE = ("new", "deposit_pending", "confirmed")
GONE = (*TOO_LATE, "slot_taken")


def stamp(instant):
    """An instant as the API writes it, so that texts compare like instants."""
    return instant.isoformat(timespec="microseconds").replace("+00:00", "Z")
