"""What callers ask of the services: plain values without queries."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any, Self
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuChoice:
    """Portions by code; all empty means "chosen later" (Q-3)."""

    proteins: Mapping[str, int] = field(default_factory=dict)
    extra_proteins: Mapping[str, int] = field(default_factory=dict)
    addons: Mapping[str, int] = field(default_factory=dict)

    def as_items(self) -> list[dict[str, Any]]:
        """Return the portions as `bookings.menu_items` keeps them, without zeros."""
        chosen = {"protein": self.proteins, "extra_protein": self.extra_proteins, "addon": self.addons}
        return [
            {"kind": kind, "code": code, "quantity": quantity}
            for kind, portions in chosen.items()
            for code, quantity in sorted(portions.items())
            if quantity
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """A party somebody wants to book; `station_id` None = the nearest (S-10); `slot` is station-local."""

    station_id: UUID | None = None
    date: date
    slot: time
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    postal_code: str = field(repr=False)
    latitude: Decimal | None = field(default=None, repr=False)
    longitude: Decimal | None = field(default=None, repr=False)
    zone: str = "primary"
    adults: int
    kids: int = 0
    toddlers: int = 0
    menu: MenuChoice = field(default_factory=MenuChoice)
    allergens: tuple[str, ...] = field(default=(), repr=False)
    requested_time: time | None = None
    requested_chef_id: UUID | None = None
    special_requests: str = field(default="", repr=False)
    notes: str = field(default="", repr=False)
    sms_consent: bool = False
    email_consent: bool = False
    tier: str = "standard"
    coupon_code: str = ""
    quote_hash: str = ""
    terms_accepted: bool = False
    source: str = "website"
    override_reason: str = field(default="", repr=False)
    ask_deposit: bool = True

    @property
    def guests(self) -> int:
        """Everybody at the table."""
        return self.adults + self.kids + self.toddlers

    def as_json(self) -> dict[str, Any]:
        """Return the request as JSON values; `from_json` reads them back."""
        values = asdict(self)
        for name in ("station_id", "requested_chef_id", "latitude", "longitude"):
            values[name] = None if values[name] is None else str(values[name])
        for name in ("date", "slot", "requested_time"):
            values[name] = None if values[name] is None else values[name].isoformat()
        values["allergens"] = list(self.allergens)
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return the request that `as_json` wrote."""
        read: dict[str, Any] = dict(values)
        for name, kind in (
            ("station_id", UUID),
            ("requested_chef_id", UUID),
            ("latitude", Decimal),
            ("longitude", Decimal),
            ("date", date.fromisoformat),
            ("slot", time.fromisoformat),
            ("requested_time", time.fromisoformat),
        ):
            if read[name] is not None:
                read[name] = kind(read[name])
        read["menu"] = MenuChoice(**read["menu"])
        read["allergens"] = tuple(read["allergens"])
        return cls(**read)
