"""A labelled corpus of money that arrives: what people really send, and whose it is; seeded.

Mostly they name their booking or can be told by their contact. Some mistype, send two halves, send twice,
send another sum, share a name with another host, or have nothing to do with us.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from bookings.calendar import length, starts_at
from bookings.deadlines import deposit_deadlines
from bookings.enums import BookingStatus, PaymentMethod
from bookings.models import Booking, Customer, Deposit, SlotClaim
from identity.models import Station
from integra.enums import PaymentProvider
from integra.models import PaymentEvent
from integra.services.payment_events import ToldPayment, store_payment_event

FIRST_DAY = datetime(2026, 3, 1, 17, tzinfo=UTC)
SLOTS = (time(12), time(15), time(18), time(21))
DEPOSIT = 10_000
NAME = re.compile(r"\S+")
FIRST = NAME.findall(
    "Ann Bo Carla David Elena Frank Grace Henry Ines James Kate Liam Maria Noah Olga Peter Quinn Rosa Sam "
    "Tina Umar Vera Will Xenia Yusuf Zoe José Michelle Robert Jennifer Christopher Stephanie Anthony"
)
LAST = NAME.findall(
    "Lee Kim Nguyen Garcia Martinez Johnson Smith Brown Davis Miller Wilson Moore Taylor Thomas Jackson "
    "White Harris Martin Thompson Robinson Clark Lewis Walker Hall Young King Wright Lopez Hill Scott Green "
    "Adams Baker Nelson Carter Mitchell Perez Roberts Turner Phillips Campbell Parker Evans Edwards Collins "
    "Stewart Sanchez Morris Rogers Reed Cook Morgan Bell Murphy Bailey Rivera Cooper Richardson Peña O'Neil"
)
KINDS = {
    "reference": 50,
    "reference_and_contact": 13,
    "contact": 20,
    "balance": 6,
    "typo": 3,
    "name_only": 2,
    "split": 2,
    "doubled": 1,
    "wrong_amount": 2,
    "shared_name": 1,
    "stranger": 2,
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A stored event, what kind of sender made it, and its booking; None: nobody owes this."""

    event: PaymentEvent
    kind: str
    truth: Booking | None


@dataclass(slots=True)
class Corpus:
    """Draws people, parties and their money from one seed."""

    chance: Random
    station: Station
    number: int = 0

    def events(self, count: int) -> list[Labelled]:
        """Return `count` labelled events, stored, in no order."""
        made: list[Labelled] = []
        kinds, weights = list(KINDS), list(KINDS.values())
        while len(made) < count:
            kind = self.chance.choices(kinds, weights)[0]
            made.extend(getattr(self, f"_{kind}")())
        return made[:count]

    def _reference(self) -> Iterator[Labelled]:
        party = self._party()
        yield self._money("reference", party, memo=self._memo(party), sender_name=self._spelt(party.customer))

    def _reference_and_contact(self) -> Iterator[Labelled]:
        party = self._party()
        payer = self.chance.choice([self._spelt(party.customer), self._name()])
        yield self._money(
            "reference_and_contact",
            party,
            memo=self._memo(party),
            sender_name=payer,
            **self._one_contact(party.customer),
        )

    def _contact(self) -> Iterator[Labelled]:
        party = self._party()
        yield self._money(
            "contact",
            party,
            memo=self.chance.choice(["", "hibachi", "deposit for the party", "thank you!"]),
            sender_name=self._spelt(party.customer),
            sender_email=party.customer.email or "",
            sender_phone=party.customer.phone or "",
        )

    def _balance(self) -> Iterator[Labelled]:
        party = self._party()
        yield self._money("balance", party, memo=self._memo(party), sender_name=self._spelt(party.customer))
        yield self._money(
            "balance",
            party,
            memo=self._memo(party),
            sender_name=self._spelt(party.customer),
            amount_cents=party.total_due_cents - DEPOSIT,
            occurred_at=party.starts_at - timedelta(hours=self.chance.randint(1, 60)),
        )

    def _typo(self) -> Iterator[Labelled]:
        party = self._party()
        memo, name = self._memo(party), self._spelt(party.customer)
        if self.chance.random() < 0.5:  # noqa: PLR2004 -- one half
            memo = self._slip(memo)
        else:
            name = self._slip(name)
        yield self._money("typo", party, memo=memo, sender_name=name)

    def _name_only(self) -> Iterator[Labelled]:
        party = self._party()
        yield self._money("name_only", party, memo="party", sender_name=self._spelt(party.customer))

    def _split(self) -> Iterator[Labelled]:
        party = self._party()
        first = self.chance.choice([2_500, 4_000, 5_000])
        for part in (first, DEPOSIT - first):
            yield self._money(
                "split",
                party,
                memo=self._memo(party),
                sender_name=self._spelt(party.customer),
                amount_cents=part,
            )

    def _doubled(self) -> Iterator[Labelled]:
        party = self._party()
        sent = party.created_at + timedelta(hours=2)
        for minutes, truth in ((0, party), (3, None)):
            yield self._money(
                "doubled",
                truth,
                memo=party.reference,
                sender_name=self._spelt(party.customer),
                occurred_at=sent + timedelta(minutes=minutes),
            )

    def _wrong_amount(self) -> Iterator[Labelled]:
        party = self._party()
        yield self._money(
            "wrong_amount",
            party,
            memo=self._memo(party),
            sender_name=self._spelt(party.customer),
            amount_cents=DEPOSIT + self.chance.choice([-5_000, -2_000, -500, 500, 2_000, 10_000]),
        )

    def _shared_name(self) -> Iterator[Labelled]:
        first, last = self._name().rsplit(" ", 1)
        made = self._day()
        parties = [self._party(first=first, last=last, created_at=made) for _twin in range(2)]
        for party in parties:
            yield self._money("shared_name", party, memo="hibachi", sender_name=f"{first} {last}")

    def _stranger(self) -> Iterator[Labelled]:
        yield self._money(
            "stranger",
            None,
            memo=self.chance.choice(["", "rent", "MH-00000000", "lunch"]),
            sender_name=self._name(),
            amount_cents=self.chance.choice([DEPOSIT, 4_250, 120_000]),
            occurred_at=self._day(),
        )

    def _party(self, *, first: str = "", last: str = "", created_at: datetime | None = None) -> Booking:
        self.number += 1
        number, chance = self.number, self.chance
        name = f"{first} {last}".strip() or self._name()
        given, surname = name.rsplit(" ", 1)
        customer = Customer.objects.create(
            station=self.station,
            first_name=given,
            last_name=surname,
            email=f"{given}.{number}@hosts.example".replace(" ", "").lower(),
            phone=f"+1510{2_000_000 + number * 37 % 7_999_999:07}",
        )
        made = created_at or self._day()
        day: date = (made + timedelta(days=chance.randint(10, 60))).date()
        slot = chance.choice(SLOTS)
        begins = starts_at(self.station.timezone, day, slot)
        deadlines = deposit_deadlines(counted_from=made, starts_at=begins)
        booking = Booking.objects.create(
            reference=f"MH-{chance.getrandbits(32):08X}",
            station=self.station,
            customer=customer,
            date=day,
            slot=slot,
            lane=number,
            starts_at=begins,
            ends_at=begins + length(10),
            created_at=made,
            status=BookingStatus.DEPOSIT_PENDING,
            address="5 Oak Ave, Fremont",
            postal_code="94539",
            party_adults=10,
            allergens=["none"],
            deposit_due_cents=DEPOSIT,
            total_due_cents=chance.randint(55_000, 140_000),
            customer_deposit_deadline=deadlines.customer,
            internal_deadline=deadlines.internal,
        )
        Deposit.objects.create(booking=booking, amount_cents=DEPOSIT, requested_at=made)
        SlotClaim.objects.create(station=self.station, date=day, slot=slot, lane=number, booking=booking)
        return booking

    def _money(
        self,
        kind: str,
        truth: Booking | None,
        *,
        amount_cents: int = DEPOSIT,
        occurred_at: datetime | None = None,
        **sender: str,
    ) -> Labelled:
        self.number += 1
        if occurred_at is None:
            made = truth.created_at if truth is not None else self._day()
            hours = self.chance.choice([0.2, 0.5, 1, 1.5, 2, 3, 8, 20, 26, 40])
            occurred_at = made + timedelta(hours=hours)
        event, _is_new = store_payment_event(
            told=ToldPayment(
                provider=PaymentProvider.IMPORT,
                provider_id=f"corpus-{self.number}",
                method=self.chance.choice([PaymentMethod.ZELLE, PaymentMethod.VENMO]),
                amount_cents=amount_cents,
                occurred_at=occurred_at,
                station_id=self.station.pk,
                **sender,  # type: ignore[arg-type]  # memo and contacts
            ),
            at=occurred_at,
        )
        return Labelled(event, kind, truth)

    def _one_contact(self, customer: Customer) -> dict[str, str]:
        return self.chance.choice(
            [{"sender_email": customer.email or ""}, {"sender_phone": customer.phone or ""}]
        )

    def _memo(self, party: Booking) -> str:
        reference = str(party.reference)
        return self.chance.choice(
            [
                reference,
                f"deposit {reference.lower()}",
                f"{reference.replace('-', ' ')} party",
                f"Hibachi {reference} thanks",
                reference.replace("-", ""),
                reference.replace("0", "O"),
            ]
        )

    def _spelt(self, customer: Customer) -> str:
        first, last = customer.first_name, customer.last_name
        return self.chance.choice(
            [
                f"{first} {last}",
                f"{first} {last}".upper(),
                f"{last}, {first}",
                f"{first} {self.chance.choice('ABCM')}. {last}",
                f"{first[0]}. {last}",
            ]
        )

    def _slip(self, text: str) -> str:
        place = self.chance.randrange(1, len(text) - 1)
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]

    def _name(self) -> str:
        return f"{self.chance.choice(FIRST)} {self.chance.choice(LAST)}"

    def _day(self) -> datetime:
        return FIRST_DAY + timedelta(minutes=self.chance.randrange(120 * 24 * 60))
