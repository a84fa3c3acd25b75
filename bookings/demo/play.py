"""The plan played through the services, each step at its own clock."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, time, timedelta
from uuid import UUID

from bookings.demo.plan import HOLDS, Fate, Party
from bookings.demo.stage import Stage
from bookings.enums import CancellationReasonCode, PaymentMethod
from bookings.models import Booking, Chef
from bookings.requests import BookingRequest
from bookings.selectors.chef_days import find_travel_gap
from bookings.selectors.payments import get_balance_cents
from bookings.services.agreements import agreement_of
from bookings.services.assignments import PARTIES_PER_DAY, assign_chef
from bookings.services.bookings import create_booking
from bookings.services.cancellations import request_cancellation
from bookings.services.deposit_runs import cancel_unpaid
from bookings.services.deposits import confirm_deposit
from bookings.services.holds import create_hold, sign_hold
from bookings.services.life_cycle import complete_booking, hold_booking, mark_no_show
from bookings.services.payments import record_payment
from common.actors import GuestActor

Act = Callable[[Booking, Party], None]
Seat = tuple[UUID, date, time]
ChefDay = tuple[UUID, date]

METHODS = (PaymentMethod.ZELLE, PaymentMethod.VENMO, PaymentMethod.CHECK, PaymentMethod.CASH)


class Play:
    """Plays parties in order of their booking time, so that every rule sees the clock it would have seen."""

    def __init__(self, stage: Stage, dice: random.Random) -> None:
        self._stage, self._dice = stage, dice
        self._cooking: set[Seat] = set()
        self._parties_of_day: Counter[ChefDay] = Counter()
        self._fates: dict[Fate, Act] = {
            Fate.COMPLETED: self._complete,
            Fate.NO_SHOW: self._no_show,
            Fate.CANCELLED: self._cancel,
            Fate.CONFIRMED: self._confirm,
            Fate.HELD: self._hold,
            Fate.CANCELLATION_REQUESTED: self._ask_to_cancel,
        }

    def perform(self, party: Party) -> None:
        """Book the party and let its fate happen."""
        if party.fate in HOLDS:
            self._reserve(party)
            return
        by = self._stage.staff if party.by_phone else GuestActor()
        booking = create_booking(request=self._request(party), by=by, at=party.booked_at)
        if party.fate in self._fates:
            self._fates[party.fate](booking, party)

    def _request(self, party: Party) -> BookingRequest:
        person = party.person
        return BookingRequest(
            station_id=self._stage.stations[person.station].pk,
            date=party.date,
            slot=party.slot,
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            phone=person.phone,
            address=person.address,
            postal_code=person.postal_code,
            adults=party.adults,
            kids=party.kids,
            toddlers=party.toddlers,
            menu=party.menu,
            allergens=party.allergens,
            special_requests=party.special_requests,
            terms_accepted=True,
            source="phone" if party.by_phone else "website",
            ask_deposit=party.fate is not Fate.NEW,
        )

    def _reserve(self, party: Party) -> None:
        hold, _token = create_hold(request=self._request(party), by=GuestActor(), at=party.booked_at)
        if party.fate is Fate.HOLD_SIGNED:
            agreement = agreement_of(hold.station)
            sign_hold(
                hold=hold,
                signer_name=f"{party.person.first_name} {party.person.last_name}",
                agreement_version=agreement.version,
                agreement_text_hash=agreement.text_hash,
                by=GuestActor(),
                at=party.booked_at + timedelta(minutes=1),
            )

    def _confirm(self, booking: Booking, party: Party) -> None:
        confirm_deposit(
            booking=booking,
            expected_version=None,
            method=self._dice.choice(METHODS),
            reference=f"DEMO-{self._dice.randint(10_000, 99_999)}",
            by=self._stage.staff,
            at=party.booked_at + timedelta(minutes=self._dice.randint(5, 115)),
        )
        # One party in five of those ahead still looks for its chef.
        if party.fate is not Fate.CONFIRMED or self._dice.random() < 4 / 5:
            self._assign(booking, party)

    def _assign(self, booking: Booking, party: Party) -> None:
        chef = next((chef for chef in self._stage.chefs if self._is_free(chef, booking)), None)
        if chef is None:
            return
        self._cooking.add((chef.pk, booking.date, booking.slot))
        self._parties_of_day[chef.pk, booking.date] += 1
        at = party.booked_at + timedelta(hours=2)
        assign_chef(booking=booking, chef=chef, expected_version=None, by=self._stage.staff, at=at)

    def _is_free(self, chef: Chef, booking: Booking) -> bool:
        return (
            chef.station_id in {None, booking.station_id}
            and (chef.pk, booking.date, booking.slot) not in self._cooking
            and self._parties_of_day[chef.pk, booking.date] < PARTIES_PER_DAY
            and find_travel_gap(chef, booking) is None
        )

    def _complete(self, booking: Booking, party: Party) -> None:
        self._confirm(booking, party)
        record_payment(
            booking=booking,
            amount_cents=get_balance_cents(booking),
            method=self._dice.choice(METHODS),
            reference=f"DEMO-{self._dice.randint(10_000, 99_999)}",
            by=self._stage.staff,
            at=booking.ends_at,
        )
        complete_booking(booking=booking, expected_version=None, by=self._stage.staff, at=booking.ends_at)

    def _no_show(self, booking: Booking, party: Party) -> None:
        self._confirm(booking, party)
        at = booking.starts_at + timedelta(minutes=45)
        mark_no_show(booking=booking, expected_version=None, by=self._stage.staff, at=at)

    def _hold(self, booking: Booking, party: Party) -> None:
        hold_booking(
            booking=booking,
            reason="Customer waits for the building's permission.",
            expected_version=None,
            by=self._stage.staff,
            at=party.booked_at + timedelta(minutes=3),
        )

    def _ask_to_cancel(self, booking: Booking, party: Party) -> None:
        self._confirm(booking, party)
        request_cancellation(
            booking=booking,
            reason="The family's plans have changed.",
            reason_code=CancellationReasonCode.CUSTOMER_REQUEST,
            expected_version=None,
            by=self._stage.staff,
            at=party.booked_at + timedelta(hours=4),
        )

    def _cancel(self, booking: Booking, party: Party) -> None:
        """Let the deposit time out, as the job of BK-7 does (T4)."""
        cancel_unpaid(booking, at=(booking.internal_deadline or party.starts_at) + timedelta(minutes=5))
