"""Accounts and stations; a user comes with the system role of its kind (R-1)."""

from datetime import UTC, datetime
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from factory import LazyAttribute, LazyFunction, Sequence, SubFactory, post_generation
from factory.django import DjangoModelFactory

from identity.enums import AuditAction, AuthProvider, StationRole, UserRole, UserStatus
from identity.models import (
    OAuthAccount,
    Permission,
    RefreshToken,
    Role,
    RolePermission,
    Station,
    StationAccessToken,
    StationAuditLog,
    StationUser,
    User,
)
from identity.models import UserRole as RoleAssignment
from identity.selectors import actor_for
from identity.services.reference_data import load_roles

PASSWORD = "correct horse battery"
FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)

STATION_ROLE_OF = {
    UserRole.ADMIN: StationRole.ADMIN,
    UserRole.STATION_MANAGER: StationRole.STATION_ADMIN,
    UserRole.CUSTOMER_SUPPORT: StationRole.CUSTOMER_SUPPORT,
}


class StationFactory(DjangoModelFactory):
    """An active station in Fremont, California."""

    class Meta:
        model = Station

    code = Sequence(lambda n: f"ST-FREMONT-{n:03}")
    name = "Fremont"
    display_name = Sequence(lambda n: f"Fremont {n}")
    email = Sequence(lambda n: f"fremont{n}@stations.example")
    phone = "+15105550100"
    address_line1 = "1 Mission Blvd"
    city = "Fremont"
    state = "CA"
    postal_code = "94536"
    latitude = "37.5700000"
    longitude = "-121.9800000"
    geocode_status = "located"


class UserFactory(DjangoModelFactory):
    """An active account of kind customer with the password PASSWORD and a verified e-mail."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"user{n}@people.example")
    full_name = "Alex Doe"
    password = LazyFunction(lambda: make_password(PASSWORD))
    role = UserRole.CUSTOMER
    status = UserStatus.ACTIVE
    is_active = LazyAttribute(lambda user: user.status == UserStatus.ACTIVE)
    email_verified_at = "2026-01-01T00:00:00Z"

    @post_generation
    def roles(self, create, extracted, **kwargs):
        """Assign the system role of the kind, or the roles given."""
        if create:
            for role in extracted if extracted is not None else [system_role(self.role)]:
                RoleAssignment.objects.create(user=self, role=role)


class StationUserFactory(DjangoModelFactory):
    """A live link."""

    class Meta:
        model = StationUser

    user = SubFactory(UserFactory, role=UserRole.STATION_MANAGER)
    station = SubFactory(StationFactory)
    role = LazyAttribute(lambda link: STATION_ROLE_OF.get(link.user.role, StationRole.CUSTOMER_SUPPORT))


class RoleFactory(DjangoModelFactory):
    """A role of the company's own making, without codes."""

    class Meta:
        model = Role

    name = Sequence(lambda n: f"role-{n}")
    display_name = "Night shift"


class PermissionFactory(DjangoModelFactory):
    class Meta:
        model = Permission

    resource = Sequence(lambda n: f"thing{n}")
    action = "read"
    code = LazyAttribute(lambda permission: f"{permission.resource}.{permission.action}")
    display_name = "Read things"


class RolePermissionFactory(DjangoModelFactory):
    class Meta:
        model = RolePermission

    role = SubFactory(RoleFactory)
    permission = SubFactory(PermissionFactory)


class UserRoleFactory(DjangoModelFactory):
    """A further role of an account."""

    class Meta:
        model = RoleAssignment

    user = SubFactory(UserFactory)
    role = SubFactory(RoleFactory)


class StationAccessTokenFactory(DjangoModelFactory):
    """A live token."""

    class Meta:
        model = StationAccessToken

    user = SubFactory(UserFactory, role=UserRole.STATION_MANAGER)
    station = SubFactory(StationFactory)
    token_hash = Sequence(lambda n: f"{n:064x}")
    role = StationRole.STATION_ADMIN
    expires_at = FAR_AHEAD


class RefreshTokenFactory(DjangoModelFactory):
    """A live token."""

    class Meta:
        model = RefreshToken

    user = SubFactory(UserFactory)
    family_id = LazyFunction(uuid4)
    token_hash = Sequence(lambda n: f"{n:064x}")
    expires_at = FAR_AHEAD


class OAuthAccountFactory(DjangoModelFactory):
    class Meta:
        model = OAuthAccount

    user = SubFactory(UserFactory)
    provider = AuthProvider.GOOGLE
    provider_account_id = Sequence(lambda n: f"google-{n}")


class StationAuditLogFactory(DjangoModelFactory):
    """Somebody looked at a station."""

    class Meta:
        model = StationAuditLog

    station = SubFactory(StationFactory)
    action = AuditAction.VIEW
    resource_type = "station"


def system_role(name):
    """Return the system role, reference data loaded when it is not there."""
    if not Role.objects.filter(name=name, is_system_role=True).exists():
        load_roles()
    return Role.objects.get(name=name)


def make_staff(role, *stations, **fields):
    """Return an account of the kind with a live link, of the fitting role, to each station."""
    user = UserFactory(role=role, **fields)
    for station in stations:
        StationUserFactory(user=user, station=station)
    return user


def make_actor(role, *stations, **fields):
    """Return the actor of a new account with links to the stations."""
    return actor_for(make_staff(role, *stations, **fields))
