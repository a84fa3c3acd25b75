"""Refusals of the booking rules; codes and statuses of behaviour section 18."""

from common.exceptions import DomainError


class SlotTaken(DomainError):
    """D-4: no lane of the slot is free."""

    code = "slot_taken"
    status = 409
    title = "This slot is taken"


class SlotContended(DomainError):
    """D-4: too many ask for the slot at once; trying again makes sense."""

    code = "slot_contended"
    status = 409
    title = "Many people are asking for this slot right now"

    def __init__(self, detail: str = "", **extra: object) -> None:
        super().__init__(detail, headers={"Retry-After": "1"}, **extra)


class ChefConflict(DomainError):
    """BK-15: the chef cannot take this party."""

    code = "chef_conflict"
    status = 409
    title = "The chef is not free for this booking"


class ChefTravelConflict(DomainError):
    """BK-15: the chef cannot get from one party to the next in time."""

    code = "chef_travel_conflict"
    status = 409
    title = "The chef cannot be there in time"


class CancellationAlreadyRequested(DomainError):
    """BK-9: one open request at a time."""

    code = "cancellation_already_requested"
    status = 409
    title = "A cancellation of this booking is requested already"


class SelfApprovalForbidden(DomainError):
    """BK-10: nobody approves a request of their own."""

    code = "self_approval_forbidden"
    status = 403
    title = "Somebody else has to approve what you asked for"


class RestoreWindowPassed(DomainError):
    """BK-19: deleted records come back within 30 days."""

    code = "restore_window_passed"
    status = 410
    title = "This was deleted too long ago to be restored"


class HoldLimitReached(DomainError):
    """H-1: two live holds per contact."""

    code = "hold_limit_reached"
    status = 409
    title = "This contact holds too many slots already"


class QuoteChanged(DomainError):
    """Q-15: the price is not the one the customer accepted."""

    code = "quote_changed"
    status = 409
    title = "The price has changed"


class HoldExpired(DomainError):
    """H-4: the deadline of the hold has passed."""

    code = "hold_expired"
    status = 410
    title = "This hold has expired"


class SlotNotOffered(DomainError):
    """S-1, S-8: the station does not offer this slot on this date."""

    code = "slot_not_offered"
    status = 422
    title = "This slot is not offered"


class SlotInPast(DomainError):
    code = "slot_in_past"
    status = 422
    title = "This slot lies in the past"


class BeyondHorizon(DomainError):
    code = "beyond_horizon"
    status = 422
    title = "This date is too far ahead"


class LeadTimeTooShort(DomainError):
    code = "lead_time_too_short"
    status = 422
    title = "This slot starts too soon"


class PartySizeInvalid(DomainError):
    code = "party_size_invalid"
    status = 422
    title = "A party of this size cannot be booked"


class ProteinCountMismatch(DomainError):
    """Q-3: the selections do not add up."""

    code = "protein_count_mismatch"
    status = 422
    title = "The number of proteins does not fit the party"

    def __init__(self, *, expected: int, given: int) -> None:
        super().__init__(
            f"The party chooses {expected} proteins, {given} were given.", expected=expected, given=given
        )


class TierNotAvailable(DomainError):
    code = "tier_not_available"
    status = 422
    title = "This price tier is not available"


class UnknownPostalCode(DomainError):
    code = "unknown_postal_code"
    status = 422
    title = "This ZIP code is not known"


class LocationMismatch(DomainError):
    code = "location_mismatch"
    status = 422
    title = "The point lies too far from its ZIP code"


class OutsideServiceArea(DomainError):
    """Q-10, S-10: nobody travels that far."""

    code = "outside_service_area"
    status = 422
    title = "This address lies outside our service area"


class TermsNotAccepted(DomainError):
    code = "terms_not_accepted"
    status = 422
    title = "The terms have to be accepted"


class AllergensRequired(DomainError):
    code = "allergens_required"
    status = 422
    title = 'Name the allergens of the party, or ["none"]'


class EditCutoffPassed(DomainError):
    """BK-4: it is too late for this change."""

    code = "edit_cutoff_passed"
    status = 422
    title = "It is too late for this change"


class CancellationTooLate(DomainError):
    """BK-9: the party is too near, or has begun."""

    code = "cancellation_too_late"
    status = 422
    title = "It is too late to cancel this booking"


class Overpayment(DomainError):
    """PY-6: more than the balance."""

    code = "overpayment"
    status = 422
    title = "The amount is above the balance"


class RefundExceedsPaid(DomainError):
    """PY-7: more than what is left of the payment."""

    code = "refund_exceeds_paid"
    status = 422
    title = "The amount is above what is left of the payment"


class CouponInvalid(DomainError):
    """RV-8: no such coupon for this customer."""

    code = "coupon_invalid"
    status = 422
    title = "This coupon is not valid"


class CouponMinimumNotMet(DomainError):
    """RV-7, RV-8: the Q-6 base lies below what the coupon asks for."""

    code = "coupon_minimum_not_met"
    status = 422
    title = "The order is too small for this coupon"


class ErasureBlocked(DomainError):
    """P-6: the personal data are still needed; `reasons` holds codes."""

    code = "erasure_blocked"
    status = 409
    title = "The data cannot be erased yet"
