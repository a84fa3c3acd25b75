from bookings.services.holds.convert import convert_hold, pay_hold
from bookings.services.holds.create import create_hold
from bookings.services.holds.moves import cancel_hold, expire_holds, sign_hold

__all__ = ["cancel_hold", "convert_hold", "create_hold", "expire_holds", "pay_hold", "sign_hold"]
