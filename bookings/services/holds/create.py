"""Keeping a slot (H-1)."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import Q

from bookings.exceptions import HoldLimitReached
from bookings.models import ReservationHold
from bookings.requests import BookingRequest
from bookings.selectors.holds import hash_token
from bookings.services.claimants import Claimant
from bookings.services.contest import contest_slot
from bookings.services.hold_states import record_hold
from bookings.services.intake import CheckedRequest
from bookings.services.notices import hold_notice
from bookings.services.prices import AgreedPrice
from bookings.services.slots import claim_lane
from common.actors import Actor
from common.crypto.blind_index import blind_index, blind_indexes
from common.db.locks import lock_key
from common.models import uuid7

SIGNING_TIME = timedelta(hours=2)
MAX_LIVE_HOLDS = 2


def create_hold(*, request: BookingRequest, by: Actor, at: datetime) -> tuple[ReservationHold, str]:
    """Keep a slot for 2 h; returns the hold and its token, which is shown this once; emits hold.created.

    Refuses as `create_booking` does (terms come with signing), and a third live hold of a contact with
    `hold_limit_reached`.
    """
    token = str(uuid4())
    hold = contest_slot(
        lambda checked: _hold(checked, token, by=by, at=at),
        request=request,
        by=by,
        at=at,
        terms_needed=False,
    )
    return hold, token


def _hold(checked: CheckedRequest, token: str, *, by: Actor, at: datetime) -> ReservationHold:
    request, price = checked.request, AgreedPrice.of(checked.quote)
    hold_id = uuid7()
    contact_keys = [
        lock_key("contact", blind_index(request.email, kind="email").hex()),
        lock_key("contact", blind_index(request.phone, kind="phone").hex()),
    ]
    claim = claim_lane(slot=checked.slot, hold_id=hold_id, also_lock=contact_keys, at=at)
    _check_limit(request.email, request.phone, at=at)
    hold = ReservationHold(  # type: ignore[misc]  # the plugin knows the encrypted columns only
        id=hold_id,
        station=checked.station,
        date=request.date,
        slot=request.slot,
        lane=claim.lane,
        starts_at=checked.starts_at,
        name=f"{request.first_name} {request.last_name}".strip(),
        email=request.email,
        phone=request.phone,
        request=request.as_json(),
        party_adults=request.adults,
        party_kids=request.kids,
        party_toddlers=request.toddlers,
        deposit_cents=price.deposit_cents,
        currency=price.snapshot["currency"],
        sms_consent=request.sms_consent,
        sms_consent_timestamp=at if request.sms_consent else None,
        signing_token_hash=hash_token(token),
        signing_deadline_at=at + SIGNING_TIME,
        metadata={
            "price": price.as_json(),
            "waived_lead": checked.waived_lead,
            "claimant": Claimant.of(by, checked.station.pk).as_json(),
        },
        created_at=at,
        updated_at=at,
    )
    hold.save(force_insert=True)
    record_hold(
        hold,
        "hold.created",
        by=by,
        at=at,
        action="create",
        permissions=checked.permissions("hold.manage"),
        deliveries=[hold_notice("hold_signing_link", hold, token=token)],
    )
    return hold


def _check_limit(email: str, phone: str, *, at: datetime) -> None:
    """Count the live holds of the contact, whose lock the caller holds (H-1)."""
    live = (
        ReservationHold.objects.occupying()
        .filter(expires_at__gte=at)
        .filter(
            Q(email_bidx__in=blind_indexes(email, kind="email"))
            | Q(phone_bidx__in=blind_indexes(phone, kind="phone"))
        )
    )
    if live.count() >= MAX_LIVE_HOLDS:
        raise HoldLimitReached(limit=MAX_LIVE_HOLDS)
