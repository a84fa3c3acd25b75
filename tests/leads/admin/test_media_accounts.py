"""Pages that leads come from: written by social.manage, read by who reads social messages."""

import pytest

from common.admin.forms import stamp
from identity.enums import UserRole
from leads.models import SocialMediaAccount
from tests.factories.bookings import SocialPageFactory
from tests.factories.identity import StationFactory, make_staff
from tests.factories.leads import SocialMediaAccountFactory
from tests.pages import enter, errors_of, found, listed, url


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def admin(station):
    return enter(make_staff(UserRole.ADMIN, station))


def form(station, **values):
    return {
        "station": station.pk,
        "platform": "instagram",
        "page_id": "1784",
        "page_name": "Hibachi Fremont",
        "auto_capture": "on",
        "is_active": "on",
        **values,
    }


def test_r4_who_reads_and_who_writes(admin, station):
    mine, theirs = SocialMediaAccountFactory(station=station), SocialMediaAccountFactory()
    support = enter(make_staff(UserRole.CUSTOMER_SUPPORT, station))
    assert listed(support, SocialMediaAccount) == listed(admin, SocialMediaAccount) == [mine]
    assert support.get(url(SocialMediaAccount, "add")).status_code == 403
    assert support.get(url(SocialMediaAccount, "change", mine.pk)).context["has_change_permission"] is False
    assert admin.get(url(SocialMediaAccount, "change", theirs.pk)).status_code == 302
    manager = enter(make_staff(UserRole.STATION_MANAGER, station))
    assert manager.get(url(SocialMediaAccount, "changelist")).status_code == 403
    assert found(admin, SocialMediaAccount, mine.page_id) == [mine]


def test_a_page_is_added_with_its_assignee_and_then_stays_that_page(admin, station):
    colleague = make_staff(UserRole.CUSTOMER_SUPPORT, station, full_name="Sue")
    stranger = make_staff(UserRole.CUSTOMER_SUPPORT)
    connected = SocialPageFactory(station=station, platform="instagram")
    add = url(SocialMediaAccount, "add")
    assert list(errors_of(admin.post(add, form(station, default_assignee=stranger.pk)))) == [
        "default_assignee"
    ]
    good = form(station, default_assignee=colleague.pk, social_account=connected.pk)
    assert admin.post(add, good).status_code == 302
    account = SocialMediaAccount.objects.get()
    assert (account.default_assignee, account.social_account) == (colleague, connected)
    text = admin.get(url(SocialMediaAccount, "changelist")).content.decode()
    assert ("Sue" in text, "Hibachi Fremont" in text) == (True, True)
    change = url(SocialMediaAccount, "change", account.pk)
    moved = {**good, "seen": stamp(account), "page_id": "other", "platform": "yelp", "page_name": "New name"}
    assert admin.post(change, moved).status_code == 302
    account.refresh_from_db()
    assert (account.page_id, account.platform, account.page_name) == ("1784", "instagram", "New name")


def test_what_is_wrong_is_said_in_the_form(admin, station):
    SocialMediaAccountFactory(page_id="taken")
    used = SocialMediaAccountFactory(station=station, social_account=SocialPageFactory(station=station))
    add = url(SocialMediaAccount, "add")
    assert errors_of(admin.post(add, form(station, page_id="taken"))) == {
        "__all__": ["This page is known already."]
    }
    elsewhere = SocialPageFactory(station=station, platform="yelp")
    assert errors_of(admin.post(add, form(station, social_account=elsewhere.pk))) == {
        "social_account": ["The connected page is one of another platform."]
    }
    again = form(station, social_account=used.social_account_id, platform=used.social_account.platform)
    assert list(errors_of(admin.post(add, again))) == ["social_account"]
    assert SocialMediaAccount.objects.count() == 2
