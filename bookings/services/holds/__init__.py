from bookings.services.holds.convert import convert_hold, pay_hold
from bookings.services.holds.create import create_hold
from bookings.services.holds.moves import cancel_hold, sign_hold
from bookings.services.holds.runs import expire_holds, warn_holds

__all__ = [
    "cancel_hold",
    "convert_hold",
    "create_hold",
    "expire_holds",
    "pay_hold",
    "sign_hold",
    "warn_holds",
]
