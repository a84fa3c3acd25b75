"""A card provider with a memory: what it was asked for, what was paid on its pages, what it gave back."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from tests.integra.stripe_stub import Stub

SESSIONS, REFUNDS = "/v1/checkout/sessions", "/v1/refunds"


@dataclass
class Page:
    """A checkout session; `intent` is there once it was paid."""

    id: str
    amount: int
    metadata: dict[str, str]
    expires_at: datetime
    is_open: bool = True
    intent: str = ""


@dataclass
class Intent:
    """Money that was charged, and what was given back of it by the key of each refund."""

    id: str
    page: Page
    refunds: dict[str, int] = field(default_factory=dict)

    @property
    def refunded(self):
        return sum(self.refunds.values())


class CardProvider(Stub):
    """Answers like Stripe: the same key gets the same answer, and no cent is given back twice."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock
        self.pages: dict[str, Page] = {}
        self.intents: dict[str, Intent] = {}
        self.kept = {}
        self.told = 0
        self.lock = Lock()

    def answer_to(self, method, path, headers, form):
        with self.lock:
            key = (path, headers.get("Idempotency-Key", ""))
            if method == "POST" and key in self.kept:
                return self.kept[key]
            answer = self._answer(method, path, headers.get("Idempotency-Key", ""), form)
            if method == "POST":
                self.kept[key] = answer
            return answer

    def pay(self, url):
        """Pay on a page as a customer does; None when the page is closed."""
        with self.lock:
            page = self.pages[url.rpartition("/")[2]]
            if not page.is_open or page.expires_at <= self.clock.now():
                return None
            page.is_open, page.intent = False, f"pi_{len(self.intents) + 1}"
            intent = self.intents[page.intent] = Intent(page.intent, page)
            return intent

    def decline(self, url):
        """Try to pay with a card that has no money; returns what is told of the attempt."""
        page = self.pages[url.rpartition("/")[2]]
        told = self._intent(page, f"pi_declined_{page.id}")
        return self.event(
            "payment_intent.payment_failed", {**told, "last_payment_error": {"code": "card_declined"}}
        )

    def events_of(self, intent):
        """Return the two events that tell of a payment."""
        page = intent.page
        session = {
            "object": "checkout.session",
            "id": page.id,
            "payment_intent": intent.id,
            "payment_status": "paid",
            "amount_total": page.amount,
            "currency": "usd",
            "customer": None,
            "metadata": page.metadata,
        }
        return [
            self.event("payment_intent.succeeded", self._intent(page, intent.id)),
            self.event("checkout.session.completed", session),
        ]

    def refund_event(self, intent):
        charge = {
            "object": "charge",
            "id": f"ch_{intent.id}",
            "payment_intent": intent.id,
            "amount": intent.page.amount,
            "amount_refunded": intent.refunded,
            "currency": "usd",
            "metadata": intent.page.metadata,
        }
        return self.event("charge.refunded", charge)

    def event(self, kind, told):
        with self.lock:
            self.told += 1
            return {
                "object": "event",
                "id": f"evt_{self.told}",
                "type": kind,
                "created": int(self.clock.now().timestamp()),
                "data": {"object": told},
            }

    def _answer(self, method, path, key, form):
        if path == SESSIONS:
            return self._new_page(key, form)
        if path.startswith(SESSIONS):
            return self._close_page(path.split("/")[-2])
        if path == REFUNDS:
            return self._refund(key, form)
        raise AssertionError(f"nobody told the provider of {method} {path}")

    def _new_page(self, key, form):
        metadata = {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}
        page = Page(
            id=f"cs_{key}",
            amount=int(form["line_items[0][price_data][unit_amount]"]),
            metadata=metadata,
            expires_at=datetime.fromtimestamp(int(form["expires_at"]), UTC),
        )
        self.pages[page.id] = page
        url = f"https://pay.example/{page.id}"
        return 200, {"object": "checkout.session", "id": page.id, "url": url}

    def _close_page(self, page_id):
        page = self.pages[page_id]
        if not page.is_open:
            return 400, {"error": {"type": "invalid_request_error", "code": "session_not_open"}}
        page.is_open = False
        return 200, {"object": "checkout.session", "id": page.id, "status": "expired"}

    def _refund(self, key, form):
        intent, cents = self.intents[form["payment_intent"]], int(form["amount"])
        if intent.refunded + cents > intent.page.amount:
            return 400, {"error": {"type": "invalid_request_error", "code": "charge_already_refunded"}}
        intent.refunds[key] = cents
        return 200, {"object": "refund", "id": f"re_{key}", "status": "succeeded"}

    @staticmethod
    def _intent(page, intent_id):
        return {
            "object": "payment_intent",
            "id": intent_id,
            "amount": page.amount,
            "amount_received": page.amount,
            "currency": "usd",
            "latest_charge": f"ch_{intent_id}",
            "customer": None,
            "metadata": page.metadata,
        }
