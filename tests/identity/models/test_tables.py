"""What the tables refuse (data-model.md section 5)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from identity.enums import AuditAction, AuthProvider
from identity.models import (
    OAuthAccount,
    Permission,
    RefreshToken,
    Role,
    Station,
    StationAccessToken,
    StationAuditLog,
    User,
)
from tests.factories.identity import StationFactory, StationUserFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(constraint, action):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        action()


def test_row_made_by_hand_gets_every_default():
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO "identity"."users" (email, password_hash)
               VALUES ('a@b.example', '!') RETURNING id"""
        )
        user = User.objects.get(pk=cursor.fetchone()[0])
    assert (user.role, user.status, user.is_active, user.auth_provider) == (
        "customer",
        "active",
        True,
        "email",
    )
    assert (user.full_name, user.settings, user.metadata, user.mfa_enabled) == ("", {}, {}, False)
    assert (user.failed_login_attempts, user.lockout_level, user.phone) == (0, 0, None)
    assert timezone.now() - user.created_at < timedelta(minutes=1)


def test_station_made_by_hand_gets_every_default():
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO "identity"."stations"
               (code, name, display_name, email, phone, address_line1, city, state, postal_code)
               VALUES ('ST-A-001', 'A', 'A', 'a@a.example', '1', 'x', 'A', 'CA', '94536') RETURNING id"""
        )
        station = Station.objects.get(pk=cursor.fetchone()[0])
    assert (station.country, station.timezone, station.status) == ("US", "America/Los_Angeles", "active")
    assert (station.slot_capacity, station.max_concurrent_bookings, station.booking_lead_time_hours) == (
        1,
        10,
        24,
    )
    assert (station.escalation_radius_miles, station.service_area_radius) == (150, None)
    assert (station.business_hours, station.branding_config, station.settings) == ({}, {}, {})


def test_users():
    user = UserFactory(email="one@people.example")
    refused("uq_users_email", lambda: UserFactory(email="one@people.example"))
    refused("ck_users_email_lower", lambda: UserFactory(email="Two@people.example"))
    refused("ck_users_active_status", lambda: UserFactory(status="suspended", is_active=True))
    refused("ck_users_active_status", lambda: UserFactory(status="active", is_active=False))
    refused("ck_users_mfa", lambda: UserFactory(mfa_enabled=True))
    refused("ck_identity_users_role", lambda: UserFactory(role="king", roles=[]))
    refused("ck_identity_users_status", lambda: UserFactory(status="odd"))
    refused("ck_identity_users_last_login_ip_hash", lambda: UserFactory(last_login_ip_hash=b"short"))
    refused("soft_delete", lambda: User.objects.filter(pk=user.pk).update(deleted_at=timezone.now()))
    refused("soft_delete", lambda: User.objects.filter(pk=user.pk).update(deleted_by=user))


def test_user_text_shows_no_personal_data():
    user = UserFactory(email="jane@people.example", full_name="Jane Roe", role="chef")
    assert str(user) == f"chef {str(user.pk)[-8:]}"
    assert user.get_full_name() == user.get_short_name() == "Jane Roe"
    assert UserFactory.build(full_name="", email="x@y.example").get_full_name() == "x@y.example"


def test_staff_and_superuser_follow_the_role():
    kinds = {
        role: UserFactory.build(role=role) for role in ("super_admin", "admin", "station_manager", "chef")
    }
    assert {role: (user.is_staff, user.is_superuser) for role, user in kinds.items()} == {
        "super_admin": (True, True),
        "admin": (True, False),
        "station_manager": (True, False),
        "chef": (False, False),
    }


def test_account_manager_reads():
    live, gone = (
        UserFactory(),
        UserFactory(status="deactivated", deleted_at=timezone.now(), delete_reason="left us"),
    )
    suspended = UserFactory(status="suspended")
    assert set(User.objects.live()) == {live, suspended}
    assert set(User.objects.active()) == {live}
    assert User.objects.get_by_natural_key(gone.email) == gone


def test_roles_and_permissions():
    Role.objects.create(name="dispatcher", display_name="Dispatcher")
    refused("uq_roles_name", lambda: Role.objects.create(name="dispatcher", display_name="Again"))
    make = Permission.objects.create
    refused("ck_permissions_code", lambda: make(code="a.c", resource="a", action="b", display_name="x"))
    permission = make(code="a.b", resource="a", action="b", display_name="x")
    refused("uq_permissions_code", lambda: make(code="a.b", resource="a", action="b", display_name="x"))
    assert str(permission) == "a.b"
    assert str(Role.objects.get(name="dispatcher")) == "Dispatcher"


def test_stations():
    station = StationFactory()
    refused("ix_identity_stations_code", lambda: StationFactory(code=station.code))
    refused("ix_identity_stations_email", lambda: StationFactory(email=station.email))
    refused("ck_stations_slot_capacity", lambda: StationFactory(slot_capacity=0))
    refused("ck_stations_max_concurrent", lambda: StationFactory(max_concurrent_bookings=0))
    refused("ck_stations_point", lambda: StationFactory(longitude=None))
    refused("ck_stations_point", lambda: StationFactory(latitude=91))
    refused("ck_identity_stations_status", lambda: StationFactory(status="closed"))
    assert str(station) == f"{station.code} {station.display_name}"


def test_station_links():
    link = StationUserFactory(is_primary_station=True)
    refused("uq_station_users", lambda: StationUserFactory(user=link.user, station=link.station))
    refused("uq_station_users_primary", lambda: StationUserFactory(user=link.user, is_primary_station=True))
    refused("ck_identity_station_users_role", lambda: StationUserFactory(role="chef"))
    StationUserFactory(user=link.user)


def test_tokens():
    link, now = StationUserFactory(), timezone.now()

    def station_token(token_hash, **fields):
        return StationAccessToken.objects.create(
            user=link.user,
            station=link.station,
            role="admin",
            token_hash=token_hash,
            expires_at=now,
            **fields,
        )

    def refresh_token(token_hash, **fields):
        return RefreshToken.objects.create(
            user=link.user, family_id=link.pk, token_hash=token_hash, expires_at=now, **fields
        )

    station_token("a" * 64, revoked_at=now)
    station_token("b" * 64)
    refused("uq_station_tokens_hash", lambda: station_token("a" * 64, revoked_at=now))
    refused("uq_station_tokens_live", lambda: station_token("c" * 64))
    refresh_token("a" * 64, rotated_at=now)
    refresh_token("b" * 64, revoked_at=now)
    refresh_token("c" * 64)
    refused("uq_refresh_tokens_hash", lambda: refresh_token("c" * 64, revoked_at=now))
    refused("uq_refresh_tokens_live", lambda: refresh_token("d" * 64))


def test_linked_accounts():
    user = UserFactory()
    make = OAuthAccount.objects.create
    make(user=user, provider=AuthProvider.GOOGLE, provider_account_id="1", profile_data={"name": "x"})
    refused("uq_identity_social_account", lambda: make(user=user, provider="google", provider_account_id="1"))
    refused("oauth", lambda: make(user=user, provider="email", provider_account_id="2"))


def test_audit_log_is_append_only_and_keeps_its_people():
    """P-7: neither UPDATE nor DELETE, and a deletion names its reason."""
    user = UserFactory()
    row = StationAuditLog.objects.create(user=user, action=AuditAction.UPDATE)
    refused("ck_audit_reason", lambda: StationAuditLog.objects.create(action="delete"))
    refused("ck_audit_reason", lambda: StationAuditLog.objects.create(action="delete", reason="too short"))
    StationAuditLog.objects.create(action="delete", reason="long enough")
    for change in (
        lambda: StationAuditLog.objects.filter(pk=row.pk).update(success=False),
        lambda: StationAuditLog.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
            change()
    with pytest.raises(ProtectedError):
        user.delete()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.purge = 'on'")
        StationAuditLog.objects.filter(pk=row.pk).delete()
    assert not StationAuditLog.objects.filter(pk=row.pk).exists()
