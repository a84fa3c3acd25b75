"""What people do who want a party: ask, book, race for a slot, hold, pay by card or by bank, move, cancel."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from uuid import uuid4

from tests.life.town import guest

SLOTS = ("12:00", "15:00", "18:00", "21:00")
SLOT_LOST = ("slot_taken", "slot_contended")
MOVED_ON = ("version_conflict", "invalid_transition", "slot_contended", "not_found")
TOO_LATE = ("lead_time_too_short", "slot_in_past", "edit_cutoff_passed", "cancellation_too_late")
STRIPE_SECRET = "whsec_of_the_week"
MAIL_SECRET = "mail_secret_of_the_week"
REASON = "The birthday was moved"


def allowed(answer, *codes):
    """Tell whether a request was granted; a refusal must be one of these."""
    if answer.status_code < 300:
        return True
    assert answer.json()["code"] in codes, (answer.request.method, str(answer.request.url), answer.text)
    return False


def at_once(works):
    """Do the works at the same instant; returns their answers."""
    barrier = Barrier(len(works))

    def run(work):
        barrier.wait(60)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


class Guests:
    """All customers of the week; `told` keeps what is to be told of money, and in which step."""

    def __init__(self, *, town, caller, hosts, provider, cards, clock, chance):
        self.town, self.caller, self.hosts = town, caller, hosts
        self.provider, self.cards, self.clock, self.chance = provider, cards, clock, chance
        self.people = 0
        self.step = 0
        self.told = []
        self.transfers = {}
        self.races = []

    # --- Booking -------------------------------------------------------------------------------------

    def arrivals(self, wishes):
        """Return the acts of new customers: some alone, some after one and the same slot."""
        acts = []
        for _wish in range(wishes):
            rivals = self.chance.choice((1, 1, 1, 2, 3))
            day = self.clock.now().date() + timedelta(days=self.chance.randrange(3, 10))
            body = {
                "station_id": str(self.town.station.pk),
                "date": day.isoformat(),
                "slot": self.chance.choice(SLOTS),
                "adults": self.chance.randrange(2, 14),
                "kids": self.chance.randrange(4),
            }
            people = [guest(self.people + number) for number in range(rivals)]
            self.people += rivals
            way = self.chance.choice((self._book, self._book, self._book_often, self._hold))
            acts.append(partial(self._race, [partial(way, body, person) for person in people]))
        return acts

    def _race(self, works):
        self.races.append(len(works))
        at_once(works)

    def _book(self, body, person):
        """Book by a quote; the loser takes the first alternative, if it is still there."""
        order = {**body, **person, "allergens": ["none"], "terms_accepted": True}
        quote = self.caller.post("/public/quotes", {**body, "postal_code": person["postal_code"]})
        assert quote.status_code == 200, quote.text
        order["quote_hash"] = quote.json()["quote_hash"]
        answer = self.caller.post("/public/bookings", order, key=uuid4().hex)
        if allowed(answer, *SLOT_LOST, *TOO_LATE):
            return
        alternatives = answer.json().get("alternatives")
        if alternatives:
            other = {**order, "date": alternatives[0]["date"], "slot": alternatives[0]["slot"]}
            del other["quote_hash"]
            allowed(self.caller.post("/public/bookings", other, key=uuid4().hex), *SLOT_LOST)

    def _book_often(self, body, person):
        """API-6: three times at once under one key is one booking."""
        order = {**body, **person, "allergens": ["none"], "terms_accepted": True}
        key = uuid4().hex
        answers = at_once([partial(self.caller.post, "/public/bookings", order, key=key)] * 3)
        made = {
            answer.json()["id"]
            for answer in answers
            if allowed(answer, *SLOT_LOST, *TOO_LATE, "idempotency_in_flight")
        }
        assert len(made) <= 1

    def _hold(self, body, person):
        """H-1 … H-6: hold, sign, pay; some give up, some pay too late."""
        order = {**body, **person, "allergens": ["none"]}
        answer = self.caller.post("/public/holds", order, key=uuid4().hex)
        if not allowed(answer, *SLOT_LOST, *TOO_LATE):
            return
        path = f"/public/holds/{answer.json()['token']}"
        end = int(person["phone"][-1])
        if end < 2:
            return  # it expires
        (text,) = self.caller.get("/public/policies", station_id=body["station_id"]).json()["results"]
        signature = {
            "signer_name": person["last_name"],
            "agreement_version": text["version"],
            "agreement_text_hash": text["text_hash"],
        }
        assert self.caller.post(f"{path}/sign", signature).status_code == 200
        if end == 2:
            allowed(self.caller.send("DELETE", path), *MOVED_ON)
            return
        paid = self.caller.post(f"{path}/pay", key=uuid4().hex)
        if allowed(paid, "hold_expired", *MOVED_ON) and end > 3:
            self._pay_page(paid.json()["checkout_url"], late=end == 4)

    @staticmethod
    def number_of(row):
        """Return which person it is, by the name."""
        return int(row["first_name"][-3:])

    # --- Paying --------------------------------------------------------------------------------------

    def pay_by_card(self, row, *, by, declined=False):
        """PY-5: fetch the link and pay there; what the provider tells comes twice, late or out of order."""
        path = f"/bookings/{row['id']}/checkout"
        answer = by.post(path, seen=row["version"], key=uuid4().hex, may_repeat=True)
        if not allowed(answer, *MOVED_ON):
            return
        url = answer.json()["checkout_url"]
        if declined:
            self.told.append((self.step, self.cards.decline(url)))
        else:
            self._pay_page(url, late=False)

    def pay_by_bank(self, row, *, cents, number):
        """PY-8: a transfer of which the bank writes a mail, sometimes forwarded twice."""
        person = guest(number)
        transfer = f"ZT{len(self.transfers):08}"
        self.transfers[transfer] = cents
        dollars = f"{cents // 100}.{cents % 100:02}"
        mail = {
            "type": "payment_mail",
            "from": "Zelle <no-reply@zellepay.com>",
            "subject": "You received money with Zelle",
            "text": f"{person['first_name']} {person['last_name']} sent you ${dollars}\n"
            f"Memo: {row['reference']}\nSender's e-mail: {person['email']}\n"
            f"Transaction number: {transfer}\n",
            "received_at": self.clock.now().isoformat(),
        }
        copies = 2 if number % 3 == 0 else 1
        for copy in range(copies):
            body = {"id": f"<{transfer}.{copy}@mail.example>", **mail}
            self.provider.tell("/webhooks/payment-mail", "Payment-Mail-Signature", MAIL_SECRET, body)

    def tell_money(self):
        """Return the acts of the card provider that are due in this step."""
        due = [event for step, event in self.told if step <= self.step]
        self.told = [(step, event) for step, event in self.told if step > self.step]
        for intent in self.cards.intents.values():
            if intent.refunded and getattr(intent, "told", 0) != intent.refunded:
                intent.told = intent.refunded
                due.append(self.cards.refund_event(intent))
        self.chance.shuffle(due)
        return [partial(self.tell_event, event) for event in due]

    def tell_event(self, event):
        """PY-2: every third event comes twice at once."""
        works = [
            partial(self.provider.tell, "/webhooks/stripe", "Stripe-Signature", STRIPE_SECRET, event)
        ] * (2 if int(event["id"][4:]) % 3 == 0 else 1)
        answers = at_once(works)
        assert sum("duplicate" not in answer for answer in answers) == 1

    def _pay_page(self, url, *, late):
        intent = self.cards.pay(url)
        if intent is None:
            return
        for number, event in enumerate(self.cards.events_of(intent)):
            delay = 3 if late else (int(intent.id[3:]) + number) % 3 // 2
            self.told.append((self.step + delay, event))

    # --- Later ---------------------------------------------------------------------------------------

    def look_around(self, number):
        """What a signed-in customer reads, and the own data (P-5)."""
        host = self.hosts[number]
        own = host.rows("/bookings")
        assert all(row["customer_id"] is not None for row in own)
        for row in own[:2]:
            assert host.get(f"/bookings/{row['id']}").status_code == 200
        assert host.post("/me/export").status_code == 200

    def move(self, row, *, by, day, slot):
        """BK-13."""
        answer = by.post(
            f"/bookings/{row['id']}/reschedule", {"date": day, "slot": slot}, seen=row["version"]
        )
        allowed(answer, *MOVED_ON, *SLOT_LOST, *TOO_LATE, "validation_error")

    def ask_to_cancel(self, row, *, by, code="customer_request"):
        """BK-9."""
        body = {"reason": REASON, "reason_code": code}
        answer = by.post(f"/bookings/{row['id']}/request-cancellation", body, seen=row["version"])
        allowed(answer, *MOVED_ON, *TOO_LATE, "cancellation_already_requested")
