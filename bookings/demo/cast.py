"""Who and where: stations in three Californian cities with different zones of service, chefs, names."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from identity.enums import StationRole, UserRole

Coordinates = tuple[Decimal, Decimal]
Hours = dict[str, dict[str, str] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStation:
    """A station, its travel terms in miles and cents, and ZIP codes its customers live in."""

    name: str
    email: str
    phone: str
    address_line1: str
    postal_code: str
    slot_capacity: int
    service_area_radius: int
    settings: dict[str, Any] = field(default_factory=dict)
    business_hours: Hours = field(default_factory=dict)
    free_miles: int = 30
    price_per_mile_cents: int = 200
    max_miles: int = 150
    customer_zips: tuple[str, ...]


def _week(opens: str, closes: str, *, closed: tuple[str, ...] = (), late: tuple[str, ...] = ()) -> Hours:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return {
        day: None if day in closed else {"open": opens, "close": "23:00" if day in late else closes}
        for day in days
    }


STATIONS = (
    DemoStation(
        name="Fremont",
        email="fremont@stations.example.com",
        phone="+15105550100",
        address_line1="39100 State Street",
        postal_code="94538",
        slot_capacity=2,
        service_area_radius=60,
        max_miles=60,
        customer_zips=(
            "94538",
            "94536",
            "94539",
            "94560",
            "94587",
            "95035",
            "94541",
            "94566",
            "95112",
            "94301",
        ),
    ),
    DemoStation(
        name="Sacramento",
        email="sacramento@stations.example.com",
        phone="+19165550100",
        address_line1="1200 J Street",
        postal_code="95814",
        slot_capacity=1,
        service_area_radius=100,
        settings={"slots": ["11:30", "15:00", "18:30"], "public_lead_time_hours": 72, "tax_rate_bps": 875},
        business_hours=_week("11:00", "21:00", closed=("monday",)),
        free_miles=20,
        price_per_mile_cents=250,
        max_miles=100,
        customer_zips=(
            "95814",
            "95816",
            "95818",
            "95630",
            "95661",
            "95616",
            "95670",
            "95757",
            "95648",
            "95945",
        ),
    ),
    DemoStation(
        name="San Diego",
        email="sandiego@stations.example.com",
        phone="+16195550100",
        address_line1="400 Broadway",
        postal_code="92101",
        slot_capacity=3,
        service_area_radius=45,
        settings={"slots": ["12:00", "16:00", "20:00"], "tax_rate_bps": 775, "card_fee": False},
        business_hours=_week("11:30", "21:00", late=("friday", "saturday")),
        free_miles=15,
        price_per_mile_cents=180,
        max_miles=45,
        customer_zips=(
            "92101",
            "92103",
            "92109",
            "92037",
            "92130",
            "91910",
            "92024",
            "92021",
            "92064",
            "92008",
        ),
    ),
)

# name, index of the station (None: serves every station), skills
CHEFS: tuple[tuple[str, int | None, tuple[str, ...]], ...] = (
    ("Kenji Watanabe", 0, ("poultry", "beef", "seafood")),
    ("Maria Santos", 0, ("poultry", "beef")),
    ("Daniel Park", 0, ("beef", "seafood")),
    ("Aiko Mori", 1, ("poultry", "seafood")),
    ("Tom Becker", 1, ("poultry", "beef", "specialty")),
    ("Luis Ortega", 2, ("poultry", "beef", "seafood")),
    ("Hana Kim", 2, ("seafood", "specialty")),
    ("Ray Nakamura", None, ("poultry", "beef", "seafood", "specialty")),
)

# kind of account, role at the stations, indexes of the stations
STAFF: dict[UserRole, tuple[StationRole, tuple[int, ...]]] = {
    UserRole.ADMIN: (StationRole.ADMIN, (0, 1, 2)),
    UserRole.STATION_MANAGER: (StationRole.STATION_ADMIN, (0,)),
    UserRole.CUSTOMER_SUPPORT: (StationRole.CUSTOMER_SUPPORT, (0, 1)),
}

FIRST_NAMES = [
    "Olivia",
    "Liam",
    "Emma",
    "Noah",
    "Ava",
    "Ethan",
    "Sophia",
    "Mason",
    "Mia",
    "Lucas",
    "Amelia",
    "Logan",
    "Harper",
    "Elijah",
    "Evelyn",
    "James",
    "Abigail",
    "Aiden",
    "Emily",
    "Jackson",
    "Ella",
    "Carter",
    "Scarlett",
    "Wyatt",
    "Grace",
    "Owen",
    "Chloe",
    "Caleb",
    "Nora",
    "Henry",
]
LAST_NAMES = [
    "Nguyen",
    "Garcia",
    "Smith",
    "Johnson",
    "Martinez",
    "Brown",
    "Lee",
    "Davis",
    "Hernandez",
    "Wilson",
    "Lopez",
    "Anderson",
    "Thomas",
    "Taylor",
    "Moore",
    "Jackson",
    "Martin",
    "Perez",
    "Thompson",
    "White",
    "Harris",
    "Sanchez",
    "Clark",
    "Ramirez",
    "Lewis",
    "Robinson",
    "Walker",
    "Young",
]
STREETS = ("Oak Avenue", "Maple Street", "Mission Boulevard", "Willow Way", "Cedar Court", "Hillside Drive")
SPECIAL_REQUESTS = (
    "",
    "",
    "",
    "Birthday party, please bring the onion volcano.",
    "We have a covered patio.",
    "Gate code will be sent by text.",
    "Please arrive by the side entrance.",
)
ALLERGENS: tuple[tuple[str, ...], ...] = (
    ("none",),
    ("none",),
    ("none",),
    ("shellfish",),
    ("soy", "sesame"),
    ("nuts",),
)
