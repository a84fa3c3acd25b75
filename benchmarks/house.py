"""Rows to measure on: stations, one staff log-in and many bookings made by SQL."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from bookings.models import Booking, Customer
from bookings.services.reference_data import load_price_list
from common.actors import SystemActor
from identity.enums import StationRole, UserRole
from identity.models import Station, StationUser, User
from identity.services.accounts import create_user
from identity.services.reference_data import load_roles
from identity.tokens import encode, new_jti

BENCH = SystemActor("bench")


@dataclass(frozen=True, slots=True)
class House:
    """What the scenarios need: `wide` has lanes for every create, `single` one lane, `crowded` many rows."""

    wide: Station
    single: Station
    crowded: Station
    token: str

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def make_station(code: str, capacity: int) -> Station:
    """Return an open station in Fremont."""
    station, _created = Station.objects.get_or_create(
        code=code,
        defaults={
            "name": code,
            "display_name": code,
            "email": f"{code.lower()}@stations.invalid",
            "phone": "+15105550100",
            "address_line1": "1 Main St",
            "city": "Fremont",
            "state": "CA",
            "postal_code": "94539",
            "latitude": "37.5200000",
            "longitude": "-121.9200000",
            "slot_capacity": capacity,
        },
    )
    return station


def build() -> House:
    """Lay out the house on an empty migrated database."""
    load_roles()
    load_price_list()
    stations = [
        make_station("ST-WIDE-001", 500),
        make_station("ST-SINGLE-001", 1),
        make_station("ST-CROWD-001", 20),
    ]
    now = timezone.now()
    user = create_user(
        email=f"bench-{uuid.uuid4().hex[:8]}@example.com", role=UserRole.STATION_MANAGER, by=BENCH, at=now
    )
    for station in stations:
        StationUser.objects.create(user=user, station=station, role=StationRole.STATION_ADMIN)
    return House(*stations, token=token_for(user))


def token_for(user: User) -> str:
    """Return an access token that outlives the run."""
    return encode(
        "access",
        user_id=user.pk,
        role=user.role,
        jti=new_jti(uuid.uuid4()),
        at=timezone.now(),
        lifetime=timedelta(hours=4),
    )


def add_customers(station: Station, number: int) -> None:
    """Insert customers whose contacts are really encrypted."""
    batch = 5_000
    for start in range(0, number, batch):
        Customer.objects.bulk_create(
            Customer(
                station=station,
                first_name="Ann",
                last_name=f"Lee {index}",
                email=f"ann{index}.{station.code.lower()}@example.com",
                phone=f"+1510{2_000_000 + index:07}",
            )
            for index in range(start, min(start + batch, number))
        )


def fill_bookings(station: Station, total: int) -> None:
    """Bring the station to `total` past bookings, copied in SQL from one real row, lanes 1 to 20."""
    have = Booking.objects.filter(station=station).count()
    customer = Customer.objects.filter(station=station).first()
    if customer is None:
        add_customers(station, 1)
        customer = Customer.objects.filter(station=station).get()
    template = Booking(
        reference=f"MH-{have:08X}", station=station, customer=customer, date=date(2020, 1, 1),
        slot="12:00", starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=2),
        status="completed", address="5 Oak Ave, Fremont", postal_code="94539", party_adults=8,
        allergens=["none"], deposit_due_cents=10_000, total_due_cents=60_000,
    )  # fmt: skip
    template.save(force_insert=True)
    columns = [field.column for field in Booking._meta.concrete_fields if not field.generated]
    own = {
        "id": "gen_random_uuid()",
        "reference": "'MH-' || upper(lpad(to_hex(n), 8, '0'))",
        "date": "date '2020-01-01' + (n / 80)::int",
        "slot": "time '12:00' + interval '3 hours' * (n / 20 %% 4)",
        "lane": "n %% 20 + 1",
        "starts_at": "timestamptz '2020-01-01 12:00+00' + interval '3 hours' * (n / 20)",
        "ends_at": "timestamptz '2020-01-01 14:00+00' + interval '3 hours' * (n / 20)",
        "created_at": "timestamptz '2020-01-01 00:00+00' + interval '1 minute' * n",
    }
    chosen = ", ".join(own.get(column, f'source."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = Booking._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {chosen} FROM {table} AS source, "
            "generate_series(%s, %s) AS n WHERE source.id = %s",
            [have + 1, total - 1, template.pk],
        )
        cursor.execute(f"ANALYZE {table}")
