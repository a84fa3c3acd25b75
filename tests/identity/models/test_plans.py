"""Accounts, tokens and the audit log are read by index on 100,000 rows."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils.dateparse import parse_datetime

from identity.models import RefreshToken, Station, StationAccessToken, StationAuditLog, StationUser, User
from tests.plans import FIRST_INSTANT, assert_indexes, fill, key_of

pytestmark = pytest.mark.django_db
START = parse_datetime(FIRST_INSTANT)
SOON = START + timedelta(days=30)
NOBODY = UUID(int=0)


def test_p7_the_audit_log_by_station_person_and_thing():
    fill(
        StationAuditLog,
        station="md5('identity.station' || n % 100)",
        user="md5('identity.user' || n / 3 % 100)",
        action="'update'",
        resource_type="'booking'",
        resource_id="'b' || n % 9000",
    )
    newest = StationAuditLog.objects.order_by("-created_at")
    assert_indexes(
        {
            "station": (newest.filter(station=key_of(Station, 7))[:50], "ix_audit_station_created"),
            "person": (newest.filter(user=key_of(User, 7))[:50], "ix_audit_user_created"),
            "thing": (newest.filter(resource_type="booking", resource_id="b7"), "ix_audit_resource"),
        }
    )


def test_au1_accounts_by_login_name_kind_and_state():
    fill(
        User,
        email="'user' || n || '@people.example'",
        role="CASE WHEN n % 100 = 0 THEN 'chef' ELSE 'customer' END",
        status="CASE WHEN n % 200 = 1 THEN 'pending' ELSE 'active' END",
        is_active="n % 200 <> 1",
        password="''",
    )
    rows = User.objects.all()
    assert_indexes(
        {
            "login name": (rows.filter(email="user7@people.example"), "uq_users_email"),
            "kind": (rows.filter(role="chef", status="active"), "ix_users_role_status"),
            "to approve": (
                rows.filter(status="pending").order_by("created_at")[:50],
                "ix_users_status_created",
            ),
        }
    )


def test_r3_links_and_tokens():
    fill(StationUser, user="md5('u' || n)")
    fill(StationAccessToken, user="md5('u' || n)", revoked_at="now()")
    fill(RefreshToken, user="md5('u' || n)", family_id="md5('f' || n)")
    links, tokens, log_ins = (
        model.objects.all() for model in (StationUser, StationAccessToken, RefreshToken)
    )
    assert_indexes(
        {
            "links of a station": (
                links.filter(station=key_of(Station, 7), is_active=True),
                "ix_station_users_station",
            ),
            "links of a person": (links.filter(user=NOBODY), "uq_station_users"),
            "token": (tokens.filter(token_hash="0" * 64), "uq_station_tokens_hash"),
            "tokens of a person": (tokens.filter(user=NOBODY), "ix_station_tokens_user"),
            "tokens that are over": (tokens.filter(expires_at__lt=SOON), "ix_station_tokens_expires"),
            "log-in": (log_ins.filter(token_hash="0" * 64), "uq_refresh_tokens_hash"),
            "family": (log_ins.filter(family_id=NOBODY), "ix_refresh_tokens_family"),
            "log-ins that are over": (log_ins.filter(expires_at__lt=SOON), "ix_refresh_tokens_expires"),
        }
    )
